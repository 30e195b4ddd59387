// The certified OpenID Connect provider of the adapter's tests, for a desk that people sign in to through it.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../../../adapters/tests/oidc/provider/", import.meta.url));
const SECRET = "a secret of the test that is long enough for HS256";

/** A reason to leave tests out that need the provider, or false. */
export const withoutProvider = existsSync(`${FOLDER}node_modules/oidc-provider`) ? false : `oidc-provider is not installed: npm ci in ${FOLDER}`;

export async function startProvider() {
  const options = JSON.stringify({ redirect: "http://127.0.0.1:1/" });
  const child = spawn(process.execPath, [`${FOLDER}provider.mjs`, options], { stdio: ["pipe", "pipe", "ignore"] });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const issuer = await new Promise((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (chunk) => {
      said += chunk;
      if (said.includes("\n")) resolve(said.trim());
    });
    gone.then(() => reject(new Error("the provider ended")));
  });
  return {
    issuer,
    /** What makes it a provider of the desk under this name, with this on its button. */
    env(name, label) {
      const set = { LABEL: label, ISSUER: issuer, CLIENT_ID: "desk", CLIENT_SECRET: SECRET, TRUSTED: "true" };
      return Object.fromEntries(Object.entries(set).map(([key, value]) => [`CRDESK_PROVIDERS__${name.toUpperCase()}__${key}`, value]));
    },
    /** To where it sends people back. */
    leadsBackTo: (address) => fetch(`${issuer}/control?redirect=${encodeURIComponent(address)}`),
    stop() {
      child.stdin.end();
      return gone;
    },
  };
}
