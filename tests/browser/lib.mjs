// What all browser tests need: the built sites, a server for them, a browser, and their pages.
import { execFileSync } from "node:child_process";
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, dirname, extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { after } from "node:test";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
/** The project's root. */
export const project = join(here, "..", "..");

/** The tests' own site. */
export const fixture = join(here, "site");

// What is to be ended when the tests of the file are over, the last first. Registered here and once,
// because `after` within a hook of a suite would end it with that hook.
const ends = [];
after(async () => {
  for (const end of ends.reverse()) await end();
});

/** Has something done when the tests of the file are over. */
export const atEnd = (end) => void ends.push(end);

/** A temporary folder that is gone when the tests of the file are over. */
export function temporary() {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "explainer-browser-"));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Fails with all that was found, a line each, and without the noise of a comparison of lists. */
export function nothing(found, what) {
  if (found.length === 0) return;
  const error = new Error(`${found.length} × ${what}:\n${found.slice(0, 25).join("\n")}`);
  Error.captureStackTrace(error, nothing);
  throw error;
}

/** The program, built from the source as it is now; cargo says itself where it has put it. */
export const explainer = (() => {
  const args = ["build", "--quiet", "--bin", "explainer", "--message-format=json"];
  const output = execFileSync("cargo", args, { cwd: project, encoding: "utf8", maxBuffer: 1 << 28 });
  const messages = output.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  return messages.find((message) => message.executable && message.target.name === "explainer").executable;
})();

/** All sites: where they are, and in which theme; those that need be there. */
export const sites = [
  { name: "fixture", folder: fixture },
  { name: "showcase", folder: join(project, "site") },
  { name: "showcase in classroom", folder: join(project, "site"), theme: "classroom" },
].filter((site) => site.folder === fixture || existsSync(join(site.folder, "explainer.toml")));

/** Builds a site into a temporary folder, and gives that folder. */
export function build(site, ...args) {
  const folder = temporary();
  const source = site.theme ? themed(site) : site.folder;
  execFileSync(explainer, ["build", source, "-o", folder, ...args], { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
  return folder;
}

/** Builds a site and serves it; gives its address without the last slash. */
export const publish = (site) => serve(build(site));

/** A copy of a site with another theme. */
function themed(site) {
  const folder = temporary();
  cpSync(site.folder, folder, { recursive: true });
  const file = join(folder, "explainer.toml");
  writeFileSync(file, `theme = "${site.theme}"\n${readFileSync(file, "utf8")}`);
  return folder;
}

const kinds = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".xml": "application/xml",
};

/**
 * As plain a server as there is: no redirects, so that a link that needs one is a broken link;
 * `404.html` for what isn't there, as most hosts do. The site lies under the path `under`, and all
 * answers have the headers `headers`.
 */
export async function serve(folder, { under = "", headers = {} } = {}) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const inside = path.startsWith(`${under}/`) ? path.slice(under.length) : "/nothing else is here";
    let file = normalize(join(folder, inside.endsWith("/") ? `${inside}index.html` : inside));
    let status = 200;
    if (!file.startsWith(folder + sep) || !existsSync(file) || !statSync(file).isFile()) {
      status = 404;
      file = join(folder, "404.html");
    }
    response.writeHead(status, { ...headers, "content-type": kinds[extname(file)] ?? "application/octet-stream" });
    response.end(readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}${under}`;
}

function browserPath() {
  const names = ["chromium", "chromium-browser", "google-chrome"];
  for (const name of names) {
    for (const folder of (process.env.PATH ?? "").split(delimiter)) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {}
    }
  }
  throw new Error(`none of ${names.join(", ")} is on the PATH`);
}

/** One browser for all tests of a file. */
export async function browse() {
  const browser = await chromium.launch({
    executablePath: browserPath(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  atEnd(() => browser.close());
  return browser;
}

/**
 * A context that keeps what goes wrong: requests to other hosts (which are never sent), answers
 * that are no success, and whatever the console complains of.
 */
export async function watched(browser, origin, options = {}) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(15_000);
  const wrong = [];
  await context.route(
    (url) => !["data:", "blob:"].includes(url.protocol) && url.origin !== origin,
    (route) => {
      wrong.push(`a request leaves the host: ${route.request().url()}`);
      return route.abort();
    },
  );
  context.on("response", (response) => {
    if (response.status() >= 400) wrong.push(`${response.status()} for ${response.url()}`);
  });
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) {
      wrong.push(`the console says on ${message.page()?.url()}: ${message.text()}`);
    }
  });
  context.on("weberror", (error) => wrong.push(`a script fails: ${error.error()}`));
  return { context, wrong };
}

/**
 * Every page that links lead to from `/`, and the page for what isn't there. A link to the same host
 * that leads out of the site is a broken one.
 *
 * Each with its text as it was served, and with what that text says (read by the browser's own
 * parser, but without running anything): ids, links, notes.
 */
export async function crawl(context, origin) {
  const page = await context.newPage();
  await page.goto("about:blank");
  const pages = new Map();
  const broken = [];
  const answers = new Map();
  const waiting = [{ url: `${origin}/`, from: "the start" }, { url: `${origin}/404.html`, from: "the start" }];
  while (waiting.length > 0) {
    const { url, from } = waiting.shift();
    const address = url.split("#")[0];
    if (!answers.has(address)) {
      const answer = await fetch(address, { redirect: "manual" });
      const html = (answer.headers.get("content-type") ?? "").startsWith("text/html");
      answers.set(address, answer.status);
      const text = await answer.text();
      if (answer.status === 200 && html) {
        const facts = await page.evaluate(read, { text, address });
        pages.set(address, { url: address, path: address.slice(origin.length), text, ...facts });
        for (const link of facts.links) {
          if (link.startsWith(`${origin}/`)) waiting.push({ url: link, from: address });
          else if (new URL(link).origin === new URL(origin).origin) broken.push(`${address} leads out of the site to ${link}`);
        }
      }
    }
    if (answers.get(address) !== 200) broken.push(`${from} leads to ${url}: ${answers.get(address)}`);
  }
  await page.close();
  return { pages: [...pages.values()], broken };
}

/** Runs in the browser: what a page's text says. */
function read({ text, address }) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const base = page.createElement("base");
  base.href = address;
  page.head.prepend(base);
  const all = [...page.querySelectorAll("*")].filter((element) => element !== base);
  const whole = (element) => element.cloneNode(false).outerHTML;
  const links = [];
  for (const element of all) {
    for (const name of ["href", "src", "poster", "data"]) {
      const value = element.getAttribute(name);
      if (value !== null) links.push(new URL(value, address).href);
    }
    for (const candidate of element.getAttribute("srcset")?.split(",") ?? []) {
      links.push(new URL(candidate.trim().split(/\s+/)[0], address).href);
    }
  }
  const inline = (element) =>
    element.localName === "style" ||
    // JSON-LD is data, which no policy keeps out and nothing runs.
    (element.localName === "script" && !element.hasAttribute("src") && element.type !== "application/ld+json") ||
    [...element.attributes].some(({ name, value }) => name === "style" || name.startsWith("on") || /^\s*javascript:/i.test(value));
  return {
    ids: all.filter((element) => element.id).map((element) => element.id),
    links: links.filter((link) => /^https?:/.test(link)),
    inline: all.filter(inline).map(whole),
    marks: page.querySelectorAll("[role=doc-noteref]").length,
    // The page for printing says again what all others say.
    print: page.body.classList.contains("kind-print"),
    bibliography: page.querySelector("[role=doc-bibliography]") !== null,
  };
}

/**
 * The pages for a test that takes long on each: the largest of every kind, and all with notes. Of a site
 * in its first theme, also all others but the pages of sources, which are all alike.
 */
export function chosen(site, pages) {
  const kind = ({ text }) => /<body class="(kind-\w+)/.exec(text)?.[1];
  const largest = new Map();
  for (const page of pages) {
    if (page.text.length > (largest.get(kind(page))?.text.length ?? 0)) largest.set(kind(page), page);
  }
  const rest = (page) => !site.theme && kind(page) !== "kind-source";
  return pages.filter((page) => page.marks > 0 || page === largest.get(kind(page)) || rest(page));
}

/** A text in the form in which two can be compared: without spaces, ligatures and soft hyphens. */
export const bare = (text) => text.normalize("NFKC").replace(/[\s\u00ad\u200b]+/gu, "");
