// Adapts the styles of GOV.UK Frontend and MOJ Frontend, after Sass, to what they lack: a dark scheme
// and writing from right to left. Their own custom properties stay theirs (we output none and set
// none); each colour that they fix becomes a token of scss/_tokens.scss, and each physical direction
// a logical one. A colour that no table knows fails the build, so an upgrade cannot slip one in.

/** Their functional colours, used as var(--govuk-NAME-colour, FALLBACK): the fallback becomes ours. */
const FUNCTIONAL = {
  "body-background": "page",
  border: "border",
  brand: "brand",
  error: "error",
  focus: "focus",
  "focus-text": "focus-text",
  hover: "border",
  "input-border": "field-border",
  "inverse-text": "on-brand",
  link: "link",
  "link-active": "text",
  "link-hover": "link-hover",
  "link-visited": "link-visited",
  "print-text": "text",
  "secondary-text": "quiet",
  success: "success",
  "surface-background": "raised",
  "surface-border": "border",
  "surface-text": "text",
  "template-background": "page",
  text: "text",
};

/** Colours of their palette that components fix: as text, and as anything else. */
const PALETTE = {
  "#083d29": ["tag-green-text", "action-shadow"],
  "#0b0c0c": ["text", "text"],
  "#0b4144": ["tag-teal-text", null],
  "#0b5c3e": [null, "action-hover"],
  "#0f385c": ["tag-blue-text", "action-shadow"],
  "#0f7a52": ["success", "action"],
  "#1d70b8": ["brand", "brand"],
  "#2a1950": ["tag-purple-text", null],
  "#484949": ["quiet", "quiet"],
  "#54319f": ["link-visited", "link-visited"],
  "#651b1b": ["tag-red-text", "danger-shadow"],
  "#651b3e": ["tag-magenta-text", null],
  "#7a3c1c": ["tag-orange-text", null],
  "#858686": [null, "field-border"],
  "#982828": [null, "danger-hover"],
  "#98285d": ["tag-magenta-text", "tag-magenta-text"],
  "#ca3535": ["error", "danger"],
  "#cecece": [null, "pressed"],
  "#cfe4dc": [null, "tag-green"],
  "#d0e6e7": [null, "tag-teal"],
  "#d2e2f1": [null, "tag-blue"],
  "#ddd6ec": [null, "tag-purple"],
  "#f3f3f3": [null, "raised"],
  "#f4d7d7": [null, "tag-red"],
  "#f4d7e5": [null, "tag-magenta"],
  "#f4f8fb": [null, "raised"],
  "#fde4d7": [null, "tag-orange"],
  "#ffee80": [null, "tag-yellow"],
  "#ffffff": ["on-action", "surface"],
};

/** Physical directions, and the logical ones that turn with the text. */
const DIRECTIONS = [
  [/^(margin|padding)-left$/, "$1-inline-start"],
  [/^(margin|padding)-right$/, "$1-inline-end"],
  [/^border-left(-width|-color|-style)?$/, "border-inline-start$1"],
  [/^border-right(-width|-color|-style)?$/, "border-inline-end$1"],
  [/^border-top-left-radius$/, "border-start-start-radius"],
  [/^border-top-right-radius$/, "border-start-end-radius"],
  [/^border-bottom-left-radius$/, "border-end-start-radius"],
  [/^border-bottom-right-radius$/, "border-end-end-radius"],
  [/^left$/, "inset-inline-start"],
  [/^right$/, "inset-inline-end"],
];
const SIDES = { left: "start", right: "end" };

const token = (name) => `var(--desk-${name})`;

function functional(value) {
  return value.replace(/var\(--govuk-([\w-]+?)-colour, #[0-9a-f]{3,6}\)/gi, (_, name) => {
    if (!FUNCTIONAL[name]) throw new Error(`adapt.mjs has no token for the functional colour ${name}`);
    return `var(--govuk-${name}-colour, ${token(FUNCTIONAL[name])})`;
  });
}

function palette(property, value) {
  return value.replace(/#[0-9a-f]{3,8}\b/gi, (colour) => {
    const name = PALETTE[colour.toLowerCase()]?.[property === "color" ? 0 : 1];
    if (!name) throw new Error(`adapt.mjs has no token for ${colour} as ${property}`);
    return token(name);
  });
}

function declaration(line) {
  const parts = line.match(/^(\s+)([a-z-]+|--_govuk-[\w-]+): (.*);$/);
  if (!parts) return line;
  let [, indent, property, value] = parts;
  value = palette(property, functional(value));
  for (const [physical, logical] of DIRECTIONS) property = property.replace(physical, logical);
  if (property === "text-align" && SIDES[value]) value = SIDES[value];
  if (property === "float" && SIDES[value]) value = `inline-${SIDES[value]}`;
  return `${indent}${property}: ${value};`;
}

/** Adapts what stands before our own styles, which know the tokens already. */
export function adapt(css) {
  const mark = "/*! desk */";
  const [theirs, ours] = css.split(mark);
  if (ours === undefined) throw new Error(`scss/desk.scss lost the mark ${mark}`);
  return theirs.split("\n").map(declaration).join("\n") + ours;
}
