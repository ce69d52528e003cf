// Searching: what is found and where it leads, by keyboard, under the policy, from a disk, without scripts.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, test } from "node:test";
import axe from "axe-core";
import { browse, build, nothing, serve, sites, temporary, watched } from "./lib.mjs";

const browser = await browse();
const here = dirname(fileURLToPath(import.meta.url));
const showcase = sites.find((site) => site.name === "showcase");
const folder = build(showcase);
// The headers that hosts send, as the site itself says them.
const policy = /Content-Security-Policy: (.*)/.exec(readFileSync(join(folder, "_headers"), "utf8"))[1];
const headers = { "content-security-policy": policy };
const under = "/sub";
const origin = await serve(folder, { under, headers });

/** A page of the site with what goes wrong on it. */
async function open(address, options = {}) {
  const { context, wrong } = await watched(browser, new URL(origin).origin, options);
  const tab = await context.newPage();
  await tab.goto(address);
  return { tab, wrong, context };
}

const ask = (query) => `${origin}/search/?q=${encodeURIComponent(query)}`;

/** What the page says it has found, as soon as it says so. */
async function told(tab) {
  const status = tab.locator("[role=status]");
  await tab.waitForFunction(() => document.querySelector("[role=status]").textContent !== "");
  return status.textContent();
}

const links = (tab) => tab.$$eval(".result", (all) => all.map((one) => [...one.querySelectorAll("a")].map((a) => decodeURIComponent(a.href))));

describe("a search", { timeout: 480_000 }, () => {
  test("finds each of the queries among its first three", async () => {
    const { tab, wrong } = await open(`${origin}/search/`);
    const missed = [];
    for (const [query, path, anchor] of JSON.parse(readFileSync(join(here, "search.queries.json"), "utf8"))) {
      await tab.goto(ask(query));
      await told(tab);
      const first = (await links(tab)).slice(0, 3).flat();
      const wanted = `${origin}/${path}${anchor}`;
      if (!first.some((link) => (anchor ? link === wanted : link.split("#")[0] === wanted))) missed.push(`${query}: ${first}`);
    }
    nothing(missed, "a query that doesn't find its place");
    nothing(wrong, "a complaint");
  });

  test("says what it has found: a section, a note with its number, a source", async () => {
    const { tab, wrong } = await open(ask("stored copies compared"));
    assert.equal(await told(tab), "1 result");
    const item = tab.locator(".result");
    assert.match(await item.locator(".result-kind").textContent(), /^Section 1 · The footnote/);
    const note = item.locator(".result-notes a");
    assert.equal(await note.textContent(), "Note 1");
    assert.deepEqual(await item.locator("mark").allTextContents(), ["compared", "stored", "copies"]);
    await note.click();
    await tab.locator(".note:target").waitFor();
    await tab.goto(ask("raggett"));
    await told(tab);
    const source = tab.locator(".result").filter({ hasText: /^Source/ }).first();
    await source.locator("a").click();
    assert.match(await tab.locator(".bib-entry:target").textContent(), /Raggett/);
    nothing(wrong, "a complaint");
  });

  test("a word of a heading leads to the heading", async () => {
    const { tab } = await open(ask("workaround still asked"));
    await told(tab);
    await tab.locator(".result a").first().click();
    assert.equal(await tab.locator(":target").textContent(), "Still asked for");
  });

  test("phrases stand side by side, and a word with a minus is left out", async () => {
    const { tab } = await open(ask('"really compelling"'));
    assert.equal(await told(tab), "1 result");
    await tab.goto(ask('"compelling really"'));
    assert.equal(await told(tab), "Nothing found");
    await tab.goto(ask("kulaks"));
    assert.equal(await told(tab), "1 result");
    await tab.goto(ask("kulaks -essay"));
    assert.equal(await told(tab), "Nothing found");
  });

  test("what isn't there isn't found, and words that nothing has together are told", async () => {
    const { tab } = await open(ask("xyzzyx"));
    assert.equal(await told(tab), "Nothing found");
    await tab.goto(ask("kulaks netlify"));
    assert.match(await told(tab), /^Nothing has all the words\. \d+ results$/);
  });

  test("an attempt to write into the page by its address is text", async () => {
    const typed = '<img src=x onerror="document.title=1">"><script>document.title=1</script> footnote';
    const { tab, wrong } = await open(ask(typed));
    await told(tab);
    assert.equal(await tab.locator("#page\\:query").inputValue(), typed);
    assert.equal(await tab.locator("main img, main script").count(), 0);
    assert.notEqual(await tab.title(), "1");
    nothing(wrong, "a complaint");
  });

  test("by keyboard: a stroke, the arrows, Escape; and the address follows", async () => {
    const { tab, wrong } = await open(`${origin}/about/`);
    await tab.keyboard.press("Control+k");
    await tab.waitForURL(`${origin}/search/`);
    const field = tab.locator("#page\\:query");
    await tab.waitForFunction(() => document.activeElement.id === "page:query");
    await tab.keyboard.type("pandoc");
    await told(tab);
    assert.equal(new URL(tab.url()).searchParams.get("q"), "pandoc");
    const focused = () => tab.evaluate(() => document.activeElement.href ?? document.activeElement.id);
    const all = (await links(tab)).flat();
    await tab.keyboard.press("ArrowDown");
    assert.equal(decodeURIComponent(await focused()), all[0]);
    await tab.keyboard.press("ArrowDown");
    assert.equal(decodeURIComponent(await focused()), all[1]);
    await tab.keyboard.press("ArrowUp");
    await tab.keyboard.press("ArrowUp");
    assert.equal(await focused(), "page:query");
    await tab.keyboard.press("ArrowDown");
    await tab.keyboard.press("Escape");
    assert.equal(await focused(), "page:query");
    await tab.keyboard.press("Escape");
    assert.equal(await field.inputValue(), "");
    await tab.waitForFunction(() => document.querySelectorAll(".result").length === 0);
    assert.equal(new URL(tab.url()).search, "");
    nothing(wrong, "a complaint");
  });

  test("is accessible, and no wider than the window, in both themes", async () => {
    for (const site of sites.filter((site) => site.name.startsWith("showcase"))) {
      const origin = await serve(build(site), { headers });
      const { context, wrong } = await watched(browser, origin, { viewport: { width: 320, height: 700 } });
      const tab = await context.newPage();
      await tab.goto(`${origin}/search/?q=note`);
      await told(tab);
      assert.ok(await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth), site.name);
      await tab.evaluate(axe.source);
      const { violations } = await tab.evaluate(() => axe.run());
      nothing(violations.map((one) => `${site.name}: ${one.id} ${one.nodes[0].html}`), "a violation");
      await tab.locator("#page\\:more").click();
      await tab.waitForFunction(() => document.querySelectorAll(".result").length > 10);
      assert.ok(await tab.evaluate(() => document.activeElement === document.querySelectorAll(".result")[10].querySelector("a")));
      nothing(wrong, "a complaint");
    }
  });

  test("without scripts the page says so, and leads to contents and bibliography", async () => {
    const { tab } = await open(`${origin}/about/`, { javaScriptEnabled: false });
    await tab.locator(".search-link a").click();
    await tab.waitForURL(`${origin}/search/`);
    assert.match(await tab.locator("main").innerText(), /Searching needs JavaScript/);
    assert.ok(!(await tab.locator("#page\\:query").isVisible()));
    await tab.locator("main a[href$='bibliography/']").first().click();
    await tab.waitForURL(/bibliography/);
  });
});

test("from a disk it works too", { timeout: 400_000 }, async () => {
  const start = pathToFileURL(join(build(showcase, "--portable"), "index.html")).href;
  const context = await browser.newContext();
  const tab = await context.newPage();
  const wrong = [];
  tab.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
  tab.on("pageerror", (error) => wrong.push(String(error)));
  await tab.goto(start);
  await tab.locator(".search-link a").click();
  await tab.locator("#page\\:query").fill("kulaks");
  assert.equal(await told(tab), "1 result");
  await tab.locator(".result a").first().click();
  await tab.waitForURL(/the-digit\/index\.html/);
  nothing(wrong, "a complaint");
  await context.close();
});

test("words are the same to the browser as to the program", { timeout: 400_000 }, async () => {
  // What the program has made of a text with letters of many kinds is found as it stands there.
  const words = ["Molotów", "molotow", "MOLOTÓW", "Straße", "strasse", "Œuvre", "ёлка", "елка", "Ὀδυσσεύς", "ＦＵＬＬ", "ﬁnal", "İstanbul", "हिन्दी", "독소", "不可侵条約", "可侵", "مُحَمَّد", "محمد"];
  const site = temporary();
  mkdirSync(join(site, "content"));
  writeFileSync(join(site, "explainer.toml"), 'title = "T"\n');
  writeFileSync(join(site, "content/01-words.md"), `# Words\n\n${words.join(" / ")}\n`);
  writeFileSync(join(site, "content/02-others.md"), "# Others\n\nNothing of it.\n");
  const origin = await serve(build({ folder: site }), { headers });
  const { context, wrong } = await watched(browser, origin);
  const tab = await context.newPage();
  for (const word of words) {
    await tab.goto(`${origin}/search/?q=${encodeURIComponent(word)}`);
    assert.equal(await told(tab), "1 result", word);
    assert.ok((await tab.locator("mark").count()) > 0, word);
  }
  nothing(wrong, "a complaint");
  await context.close();
});
