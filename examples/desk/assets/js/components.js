// The components of GOV.UK Frontend that our macros use, and no others.
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { PasswordInput } from "govuk-frontend/dist/govuk/components/password-input/password-input.mjs";
import { SkipLink } from "govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs";
import { Tabs } from "govuk-frontend/dist/govuk/components/tabs/tabs.mjs";

const KNOWN = [ErrorSummary, PasswordInput, SkipLink, Tabs];

/** Brings the components below `root` to life; those that live already are left alone. */
export function startComponents(root) {
  document.body.classList.add("js-enabled", "govuk-frontend-supported");
  for (const Component of KNOWN) {
    const name = Component.moduleName;
    for (const element of root.querySelectorAll(`[data-module="${name}"]`)) {
      if (!element.hasAttribute(`data-${name}-init`)) new Component(element);
    }
  }
}
