// Makes dist/ of scss/, js/, icons/ and licences/. `build` calls it; see there.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const SOURCES = ["scss", "js", "icons", "licences", "build.mjs", "adapt.mjs", "package-lock.json"];
const DIST = "dist";
const STAMP = join("node_modules", ".built");

/** Every file under a path, sorted. */
function files(path) {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path).sort().flatMap((name) => files(join(path, name)));
  } catch {
    return [path];
  }
}

function fingerprint() {
  const hash = createHash("sha256");
  for (const file of SOURCES.flatMap(files)) hash.update(file).update("\0").update(readFileSync(file));
  return hash.digest("hex");
}

/** Only a file that differs is written: what embeds dist/ is built again by modification time. */
function put(name, content) {
  const path = join(DIST, name);
  const bytes = Buffer.from(content);
  if (existsSync(path) && readFileSync(path).equals(bytes)) return;
  writeFileSync(path, bytes);
  console.error(`  ${path} ${(bytes.length / 1024).toFixed(1)} kB`);
}

async function styles() {
  const sass = await import("sass");
  const { adapt } = await import("./adapt.mjs");
  // Both systems are loaded by the path that MOJ Frontend expects: node_modules beside scss/.
  const options = { loadPaths: ["."], quietDeps: true, style: "expanded" };
  const css = sass.compile("scss/desk.scss", options).css;
  const { transform } = await import("esbuild");
  return (await transform(adapt(css), { loader: "css", minify: true, target: "es2022" })).code;
}

async function script() {
  const { build } = await import("esbuild");
  const made = await build({
    entryPoints: ["js/desk.js"],
    bundle: true,
    format: "esm",
    minify: true,
    target: "es2022",
    write: false,
    legalComments: "none",
  });
  return made.outputFiles[0].contents;
}

/** What is shipped, and under which terms. */
function licences() {
  const mit = readFileSync("licences/mit.txt", "utf8");
  const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).version;
  const part = (name, text) => `${name} ${version(name)}\n\n${text.trim()}\n`;
  return [
    part("govuk-frontend", `The MIT License (MIT)\n\nCopyright (C) 2017 Crown Copyright (Government Digital Service)\n\n${mit}`),
    part("@ministryofjustice/frontend", `MIT License\n\nCopyright (c) 2021 dxw\n\n${mit}`),
    part("htmx.org", readFileSync("node_modules/htmx.org/LICENSE", "utf8")),
  ].join(`\n${"-".repeat(72)}\n\n`);
}

const now = fingerprint();
const stamped = existsSync(STAMP) ? readFileSync(STAMP, "utf8") : "";
if (stamped === now && existsSync(join(DIST, "desk.css"))) process.exit(0);

mkdirSync(DIST, { recursive: true });
const icons = readdirSync("icons").sort();
const wanted = new Set(["desk.css", "desk.js", "htmx.min.js", "licences.txt", ...icons]);
put("desk.js", await script());
put("htmx.min.js", readFileSync("node_modules/htmx.org/dist/htmx.min.js"));
put("licences.txt", licences());
for (const icon of icons) put(icon, readFileSync(join("icons", icon)));
put("desk.css", await styles());
for (const name of readdirSync(DIST)) if (!wanted.has(name)) rmSync(join(DIST, name), { recursive: true });
writeFileSync(STAMP, now);
