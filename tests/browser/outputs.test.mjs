// What is published beside the pages, and the places that a site can be opened from: with the headers
// that hosts send, below the root of a host, and from a disk.
import assert from "node:assert/strict";
import { cpSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { before, describe, test } from "node:test";
import { HtmlValidate } from "html-validate";
import { browse, build, chosen, crawl, fixture, nothing, serve, sites, temporary, watched } from "./lib.mjs";

const browser = await browse();

/** A copy of a site with further lines at the beginning of its settings. */
function variant(site, settings, change = () => {}) {
  const folder = temporary();
  const own = (path) => !["public", ".explainer-manifest"].includes(path.split("/").at(-1));
  cpSync(site.folder, folder, { recursive: true, filter: own });
  const file = join(folder, "explainer.toml");
  writeFileSync(file, `${settings}\n${readFileSync(file, "utf8")}`);
  change(folder);
  return { ...site, folder };
}

/** The headers of all pages in a site's `_headers`. */
function headersOf(folder) {
  const lines = readFileSync(join(folder, "_headers"), "utf8").split("\n");
  const pairs = lines.filter((line) => /^ +\S/.test(line)).map((line) => line.trim().split(/: (.*)/s));
  return Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value]));
}

/** Runs in a page: clicks links to places within it, and gives those that led to no element. */
async function clickAll(numbers) {
  const all = [...document.querySelectorAll("a[href]")];
  const lost = [];
  for (const link of numbers.map((at) => all[at])) {
    if (location.hash !== link.hash) {
      const arrived = new Promise((resolve) => addEventListener("hashchange", resolve, { once: true }));
      link.click();
      await arrived;
    }
    if (document.querySelector(":target")?.id !== decodeURIComponent(link.hash.slice(1))) lost.push(link.href);
  }
  return lost;
}

for (const site of sites) {
  test(`the ${site.name} works with the headers of _headers`, { timeout: 400_000 }, async () => {
    const folder = build(site);
    const headers = headersOf(folder);
    assert.ok(!headers["content-security-policy"].includes("unsafe"));
    const origin = await serve(folder, { headers });
    const { context, wrong } = await watched(browser, origin);
    const { pages } = await crawl(context, origin);
    await context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => console.error(`the policy forbids ${event.blockedURI}`));
    });
    const tab = await context.newPage();
    for (const page of chosen(site, pages)) {
      const answer = await tab.goto(page.url);
      assert.equal(answer.headers()["content-security-policy"], headers["content-security-policy"]);
      await tab.waitForLoadState();
      assert.ok(await tab.locator(".theme-switch button").first().isVisible(), `${page.path}: the script runs`);
    }
    nothing(wrong, "a complaint");
    // The policy is in force, and a breach would have been seen.
    await tab.evaluate(() => document.body.append(Object.assign(document.createElement("p"), { innerHTML: "<b style='color: red'>x</b>" })));
    await tab.waitForTimeout(50);
    assert.ok(wrong.some((line) => line.includes("the policy forbids")), "an inline style is seen");
    await context.close();
  });

  test(`the ${site.name} works below the root of a host, its page for missing addresses too`, { timeout: 400_000 }, async () => {
    const under = "/some/sub";
    const origin = await serve(build(variant(site, `base_url = "https://example.org${under}"`)), { under });
    const { context, wrong } = await watched(browser, origin.slice(0, -under.length));
    const { pages, broken } = await crawl(context, origin);
    nothing(broken, "a broken link");
    assert.ok(pages.length > 3);
    const tab = await context.newPage();
    for (const path of ["x", "x/", "x/y", "x/y/", "x/y/z/", "x/y/z.html"]) {
      wrong.length = 0;
      const missing = `${origin}/${path}`;
      assert.equal((await tab.goto(missing)).status(), 404);
      const others = wrong.filter((line) => line !== `404 for ${missing}` && !line.includes("Failed to load resource"));
      nothing(others, `a complaint at ${path}`);
      assert.equal(await tab.evaluate(() => document.styleSheets[0].cssRules.length > 0), true, `${path}: its style sheet`);
      const links = await tab.$$eval("a[href]", (all) => all.map((a) => a.href).filter((link) => !link.includes("#")));
      assert.ok(links.includes(`${origin}/`), `${path}: the way home`);
      for (const link of links.filter((link) => new URL(link).origin === new URL(origin).origin)) {
        assert.equal((await fetch(link)).status, 200, `${path}: ${link}`);
      }
    }
    await context.close();
  });

  describe(`the ${site.name} on a disk`, { timeout: 700_000 }, () => {
    let folder, start, context, wrong;

    before(async () => {
      folder = build(site, "--portable");
      start = pathToFileURL(join(folder, "index.html")).href;
      ({ context, wrong } = await watched(browser, "null"));
      // Files have no origin: what isn't a file leaves the disk.
      await context.unrouteAll();
      await context.route(/^https?:/, (route) => {
        wrong.push(`a request leaves the disk: ${route.request().url()}`);
        return route.abort();
      });
      context.on("requestfailed", (request) => {
        // A click may come before the pictures of the page that it leaves.
        const why = request.failure()?.errorText;
        if (why !== "net::ERR_ABORTED") wrong.push(`${why}: ${request.url()}`);
      });
    });

    test("every link leads to what it names: each is looked up, and each target clicked", async (t) => {
      // From page to page each target is clicked on the small site, and a target on each page of the others.
      const target = (href) => (site.name === "fixture" ? href : href.split("#")[0]);
      const tab = await context.newPage();
      const anchors = new Map();
      const links = [];
      const clicked = new Set();
      const waiting = [start];
      while (waiting.length > 0) {
        const address = waiting.shift();
        if (anchors.has(address)) continue;
        await tab.goto(address);
        assert.ok(await tab.locator(".theme-switch button").first().isVisible(), `${address}: the script runs`);
        assert.equal(await tab.evaluate(() => getComputedStyle(document.querySelector(".skip")).position), "absolute", `${address}: the style loads`);
        anchors.set(address, new Set(await tab.$$eval("[id]", (all) => all.map((node) => node.id))));
        const hrefs = (await tab.$$eval("a[href]", (all) => all.map((node) => node.href))).map((href, at) => ({ href, at }));
        const files = hrefs.filter(({ href }) => href.startsWith("file:"));
        for (const { href } of files) links.push({ address, href });
        const within = files.filter(({ href }) => href.startsWith(`${address}#`));
        const lost = await tab.evaluate(clickAll, within.map(({ at }) => at));
        nothing(lost.map((href) => `${address}: ${href}`), "a click that leads nowhere");
        for (const { href } of within) clicked.add(href);
        for (const { href, at } of files.filter(({ href }) => /\.html(#|$)/.test(href))) {
          if (clicked.has(target(href))) continue;
          clicked.add(target(href));
          await tab.goto(address, { waitUntil: "domcontentloaded" });
          // Also where the link leads to the page itself, whose address tells nothing.
          const arrived = tab.waitForEvent("framenavigated");
          await tab.locator("a[href]").nth(at).evaluate((node) => node.click());
          await arrived;
          await tab.waitForURL(href, { waitUntil: "domcontentloaded" });
          const hash = decodeURIComponent(new URL(href).hash.slice(1));
          if (hash) await tab.locator(":target").waitFor({ state: "attached" });
          waiting.push(href.split("#")[0]);
        }
      }
      const broken = links.filter(({ href }) => {
        const [file, hash] = href.split("#");
        const path = fileURLToPath(file);
        const there = path.startsWith(folder) && existsSync(path) && statSync(path).isFile();
        return !there || (hash && !anchors.get(file)?.has(decodeURIComponent(hash)));
      });
      nothing(broken.map(({ address, href }) => `${address} leads to ${href}`), "a broken link");
      nothing(wrong, "a complaint");
      t.diagnostic(`${anchors.size} pages, ${links.length} links, ${clicked.size} targets clicked`);
      assert.ok(clicked.size > 40);
    });

    test("a reader gets from a source to the mark that cites it, to its note, and back", async () => {
      const tab = await context.newPage();
      await tab.goto(start);
      await tab.locator("a[href*='bibliography/index.html']").or(tab.locator(".catalogue-title a")).first().click();
      if (!tab.url().includes("bibliography")) await tab.locator("a[href*='bibliography/index.html']").first().click();
      const place = tab.locator(".cited-place").first();
      const mark = await place.evaluate((node) => node.href);
      await place.click();
      await tab.waitForURL(mark);
      await tab.locator(":target").click();
      const note = tab.locator(".note:target");
      await note.waitFor();
      await note.locator("[role=doc-backlink]").first().click();
      assert.ok(await tab.locator("[role=doc-noteref]:target").isVisible());
      nothing(wrong, "a complaint");
    });

    test("nothing there is for hosts, for modules or for scripts that fetch", () => {
      for (const name of ["404.html", "_headers", ".nojekyll", "robots.txt", "sitemap.xml", "feed.xml"]) {
        assert.ok(!existsSync(join(folder, name)), name);
      }
      const script = readFileSync(join(folder, "_theme", "theme.js"), "utf8");
      assert.doesNotMatch(script, /\bfetch\(|XMLHttpRequest|\bimport\b/);
      assert.doesNotMatch(readFileSync(join(folder, "index.html"), "utf8"), /type="?module/);
    });
  });
}

test("aliases lead to the page, and the feed and the sitemap can be read", { timeout: 400_000 }, async () => {
  const under = "/sub";
  const site = variant({ name: "fixture", folder: fixture }, `base_url = "https://example.org${under}"`, (folder) => {
    const file = join(folder, "content/mill/02-stone.md");
    const text = readFileSync(file, "utf8");
    const front = `date = "2026-01-02"\naliases = ["/old/stone/", "/stone.html"]\n`;
    writeFileSync(file, text.startsWith("+++\n") ? `+++\n${front}${text.slice(4)}` : `+++\n${front}+++\n${text}`);
  });
  const folder = build(site);
  const origin = await serve(folder, { under });
  const { context, wrong } = await watched(browser, new URL(origin).origin);
  const tab = await context.newPage();
  const validator = new HtmlValidate({ root: true, extends: ["html-validate:standard"], rules: { "doctype-style": "off" } });
  for (const path of ["/old/stone/", "/stone.html"]) {
    await tab.goto(`${origin}${path}`);
    await tab.waitForURL(`${origin}/mill/stone/`);
    const report = await validator.validateString(await (await fetch(`${origin}${path}`)).text(), path);
    nothing(report.results.flatMap(({ messages }) => messages.map((fault) => `${path}: ${fault.message}`)), "a fault of the HTML");
  }
  // What every page names in its head is there.
  const feed = await tab.locator("link[rel=alternate][type='application/atom+xml']").evaluate((node) => node.href);
  assert.equal(feed, `${origin}/feed.xml`);
  const read = (text) =>
    tab.evaluate((text) => {
      const xml = new DOMParser().parseFromString(text, "application/xml");
      const all = (name) => [...xml.getElementsByTagName(name)].map((node) => node.textContent);
      return { error: all("parsererror"), ids: all("id"), updated: all("updated"), locations: all("loc") };
    }, text);
  const entries = await read(await (await fetch(feed)).text());
  assert.deepEqual(entries.error, []);
  assert.deepEqual(entries.ids, ["https://example.org/sub/", "https://example.org/sub/mill/stone/", "https://example.org/sub/mill/"]);
  assert.deepEqual(entries.updated, ["2026-11-24T00:00:00Z", "2026-11-24T00:00:00Z", "2026-11-23T00:00:00Z"]);
  const list = await read(await (await fetch(`${origin}/sitemap.xml`)).text());
  assert.deepEqual(list.error, []);
  const { pages } = await crawl(context, origin);
  const found = pages.map((page) => page.url).filter((url) => !url.endsWith("/404.html"));
  assert.deepEqual(list.locations.sort(), found.map((url) => url.replace(origin, "https://example.org/sub")).sort());
  nothing(wrong, "a complaint");
  await context.close();
});
