// The bibliographies, the pages of sources and of all notes: what they list, counted from the built pages
// themselves; the filter; without scripts; from a disk; on paper.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { before, describe, test } from "node:test";
import axe from "axe-core";
import { bare, browse, build, crawl, nothing, publish, serve, sites, temporary, watched } from "./lib.mjs";

const browser = await browse();

/** Runs in the browser: each mark of a page with the entries that its note leads to. */
const citations = () =>
  [...document.querySelectorAll("[role=doc-noteref]")].flatMap((mark) => {
    const note = document.getElementById(decodeURIComponent(mark.hash.slice(1)));
    const links = note?.querySelectorAll("[role=doc-biblioref]") ?? [];
    return [...links].map((link) => ({ mark: `${location.href.split("#")[0]}#${mark.id}`, entry: link.href }));
  });

/** Runs in the browser: each entry with the marks that it says cite it. */
const listed = () =>
  [...document.querySelectorAll("[role=doc-bibliography] .bib-entry")].flatMap((entry) =>
    [...entry.querySelectorAll("[role=doc-backlink]")].map((link) => ({
      mark: decodeURIComponent(link.href),
      entry: `${location.href.split("#")[0]}#${entry.id}`,
      sentence: link.parentElement.querySelector(".cited-sentence")?.textContent ?? "",
    })),
  );

const pair = ({ mark, entry }) => `${decodeURIComponent(entry)} < ${decodeURIComponent(mark)}`;
const set = (pairs) => [...new Set(pairs)].sort();

/** A site with as many sources as wanted, each cited by two sections; gives its folder. */
function library(count, { theme = "scholar", split = 500 } = {}) {
  const folder = temporary();
  mkdirSync(join(folder, "content"));
  const letters = "ABCDEFGHIJKLMNOPRSTUVWŠÖЛ";
  const name = (n) => `${letters[n % letters.length]}uthor${n}`;
  const sources = Array.from({ length: count }, (_, n) =>
    `@${n % 3 ? "book" : "report"}{s${n}, author = {${name(n)}, Ann}, title = {The Mill and the River, Part ${n}}, ` +
    `year = {${1900 + (n % 90)}}, keywords = {${n % 7 ? "mills" : "rivers, water"}}}`,
  );
  writeFileSync(join(folder, "sources.bib"), sources.join("\n"));
  writeFileSync(
    join(folder, "explainer.toml"),
    `title = "A library"\ntheme = "${theme}"\n[sources]\npages = false\n[notes]\npage = true\n[bibliography]\nsplit = ${split}\n`,
  );
  const lines = Array.from({ length: count }, (_, n) => `Sentence number ${n} leans on a book [@s${n}, p. ${n + 1}].\n`);
  const many = Array.from({ length: 6 }, (_, n) => `Once more, the ${n}th time [@s0, p. ${40 - n}].\n`);
  writeFileSync(join(folder, "content", "01-one.md"), `# One\n\n${lines.join("\n")}`);
  writeFileSync(join(folder, "content", "02-two.md"), `# Two\n\nAgain.[^n]\n\n${many.join("\n")}\n[^n]: {unchecked} Compare [@s0].\n`);
  return folder;
}

for (const site of sites) {
  describe(`the bibliographies of the ${site.name}`, { timeout: 600_000 }, () => {
    let origin, pages, context;

    before(async () => {
      origin = await publish(site);
      ({ context } = await watched(browser, origin));
      ({ pages } = await crawl(context, origin));
    });

    test("list exactly the marks whose notes lead to their entries, with the marks' sentences", async () => {
      const tab = await context.newPage();
      const cited = [];
      const said = [];
      const prose = new Map();
      for (const page of pages.filter((page) => !page.print)) {
        await tab.goto(page.url);
        cited.push(...(await tab.evaluate(citations)));
        said.push(...(await tab.evaluate(listed)));
        prose.set(page.url, bare(await tab.evaluate(() => {
          const text = document.querySelector("main").cloneNode(true);
          text.querySelectorAll(".mark").forEach((mark) => mark.remove());
          return text.textContent;
        })));
      }
      assert.ok(cited.length > 0, "there are citations");
      const lists = new Set(cited.map(({ entry }) => entry.split("#")[0]));
      const own = said.filter(({ entry }) => lists.has(entry.split("#")[0]));
      assert.deepEqual(set(own.map(pair)), set(cited.map(pair)));
      // The site's own bibliography has what all the others have, by the entries' anchors.
      const rest = said.filter(({ entry }) => !lists.has(entry.split("#")[0]));
      if (rest.length > 0) {
        const anchor = ({ mark, entry }) => pair({ mark, entry: entry.split("#")[1] });
        assert.deepEqual(set(rest.map(anchor)), set(cited.map(anchor)));
      }
      for (const { mark, sentence } of said) {
        const text = prose.get(mark.split("#")[0]);
        // A row's sentence is its cells, each behind its column's name; the page has the cells.
        const row = /^[^:;]+: .+; [^:;]+: /.test(sentence);
        const parts = row ? sentence.split(/; (?=[^:;]+: )/).map((cell) => cell.replace(/^[^:;]+: /, "")) : [sentence];
        const stands = parts.every((part) => part !== "" && text.includes(bare(part)));
        assert.ok(stands, `${mark}: “${sentence}” stands on its page`);
      }
      await tab.close();
    });

    test("show the mark that a place leads to, and what hangs on it", async () => {
      const tab = await context.newPage();
      const page = pages.find((page) => page.bibliography);
      await tab.goto(page.url);
      await tab.locator(".cited-place").first().click();
      await tab.locator(":target").waitFor();
      const colours = await tab.evaluate(() => {
        const mark = document.querySelector(":target");
        const block = mark.closest("p, li, td, th, figcaption, h2, h3");
        return [mark, block, document.body].map((element) => getComputedStyle(element).backgroundColor);
      });
      assert.equal(new Set(colours).size, 3, `the mark, its block and the page differ: ${colours}`);
      await tab.close();
    });

    test("are the same places as on the pages of the sources", async () => {
      const sources = pages.filter((page) => page.text.includes("kind-source"));
      if (site.name === "fixture") return assert.equal(sources.length, 0);
      assert.ok(sources.length > 0);
      const tab = await context.newPage();
      for (const page of sources) {
        await tab.goto(page.url);
        const { places, entries } = await tab.evaluate(() => ({
          places: [...document.querySelectorAll("main [role=doc-backlink]")].map((link) => link.href).sort(),
          entries: [...document.querySelectorAll(".source-more a")].map((link) => link.href),
        }));
        assert.ok(entries.length > 0, `${page.path} is listed somewhere`);
        await tab.goto(entries.at(-1));
        const here = await tab.evaluate(() =>
          [...document.querySelectorAll(":target [role=doc-backlink]")].map((link) => link.href).sort(),
        );
        assert.deepEqual(places, here, page.path);
      }
      await tab.close();
    });
  });
}

test("a long bibliography is filtered by keyboard, over all its pages", { timeout: 400_000 }, async () => {
  const origin = await serve(build({ folder: library(90, { split: 40 }) }));
  const { context, wrong } = await watched(browser, origin);
  const requests = [];
  context.on("request", (request) => requests.push(request.url()));
  const tab = await context.newPage();
  await tab.goto(`${origin}/bibliography/2/`);
  const box = tab.getByRole("searchbox");
  assert.equal(await tab.locator(".bib-entry").count(), 40);
  assert.ok(!requests.some((url) => url.endsWith("index.js")), "the index waits until it is wanted");
  for (let step = 0; step < 80; step += 1) {
    await tab.keyboard.press("Tab");
    if (await box.evaluate((node) => node === document.activeElement)) break;
  }
  await tab.keyboard.type("suthor RIVERS report");
  const status = tab.getByRole("status");
  const expected = Array.from({ length: 90 }, (_, n) => n).filter((n) => "ABCDEFGHIJKLMNOPRSTUVWŠÖЛ"[n % 25].match(/[SŠ]/) && n % 7 === 0 && n % 3 === 0);
  await tab.waitForFunction((text) => document.querySelector("[role=status]").textContent === text, `${expected.length} of 90`);
  assert.ok(await tab.locator("#bibliography").isHidden());
  // Signs on letters don't matter, so an Š is found by an s.
  await box.fill("uthor16 part");
  const results = tab.locator(".filter-results a");
  await tab.waitForFunction(() => document.querySelectorAll(".filter-results a").length === 1);
  await box.press("Tab");
  await tab.keyboard.press("Enter");
  await tab.waitForURL(/bibliography\/(\d\/)?#source:s16$/);
  await tab.locator("[id='source:s16']").waitFor();
  await box.fill("nothing like it");
  await tab.waitForFunction(() => document.querySelector("[role=status]").textContent === "0 of 90");
  await box.press("Escape");
  assert.equal(await status.textContent(), "");
  assert.equal(await results.count(), 0);
  assert.ok(await tab.locator("#bibliography").isVisible());
  assert.deepEqual(wrong, []);
  await context.close();
});

test("a bibliography of one page hides what isn't meant, and the page of all notes does so by state", { timeout: 400_000 }, async () => {
  const origin = await serve(build({ folder: library(60) }));
  const { context, wrong } = await watched(browser, origin);
  const tab = await context.newPage();
  await tab.goto(`${origin}/bibliography/`);
  const box = tab.getByRole("searchbox");
  const visible = () => tab.locator(".bib-entry:visible").count();
  const letters = await tab.locator(".bib-letters a").allTextContents();
  assert.deepEqual(letters, [..."ABCDEFGHIJKLMNOPRSTUVW", "Л"], "Š under S, Ö under O, other scripts behind");
  await box.fill("part 17");
  await tab.waitForFunction(() => document.querySelector("[role=status]").textContent !== "");
  assert.equal(await visible(), 1);
  await box.fill("");
  assert.equal(await visible(), 60);

  await tab.goto(`${origin}/notes/`);
  const notes = () => tab.locator("li.note:visible").count();
  assert.equal(await notes(), 67);
  await tab.getByRole("combobox").selectOption("unchecked");
  assert.equal(await notes(), 1);
  assert.equal(await tab.getByRole("status").textContent(), "1 of 67");
  await tab.getByRole("combobox").selectOption("-");
  assert.equal(await notes(), 66);
  await box.fill("uthor33");
  assert.equal(await notes(), 1);
  await tab.locator("li.note:visible [role=doc-backlink]").click();
  await tab.locator(":target").waitFor();
  assert.equal(await tab.locator(":target").getAttribute("role"), "doc-noteref");
  assert.deepEqual(wrong, []);
  await context.close();
});

test("without scripts everything is there, and what is folded opens", { timeout: 200_000 }, async () => {
  const origin = await serve(build({ folder: library(60) }));
  const { context } = await watched(browser, origin, { javaScriptEnabled: false });
  const tab = await context.newPage();
  await tab.goto(`${origin}/bibliography/`);
  assert.equal(await tab.locator(".bib-entry:visible").count(), 60);
  assert.equal(await tab.locator(".filter").count(), 0);
  const entry = tab.locator("[id='source:s0']");
  assert.ok(await entry.locator(".cited-place").first().isHidden());
  await entry.locator("summary").click();
  assert.equal(await entry.locator(".cited-place:visible").count(), 8);
  const locators = await entry.locator(".cited-locator").allTextContents();
  assert.deepEqual(locators.map((text) => text.replace(/\s/g, " ")), ["p. 1", "p. 35", "p. 36", "p. 37", "p. 38", "p. 39", "p. 40"]);
  await tab.goto(`${origin}/notes/`);
  assert.equal(await tab.locator("li.note:visible").count(), 67);
  await context.close();
});

test("from a disk the filter works too", { timeout: 200_000 }, async () => {
  const folder = build({ folder: library(60, { split: 25 }) }, "--portable");
  const context = await browser.newContext();
  const tab = await context.newPage();
  await tab.goto(pathToFileURL(join(folder, "bibliography", "index.html")).href);
  await tab.getByRole("searchbox").fill("part 17");
  const result = tab.locator(".filter-results a");
  await result.waitFor();
  await result.click();
  await tab.locator("[id='source:s17']:target").waitFor();
  await tab.locator("[id='source:s17'] .cited-place").click();
  await tab.locator("[role=doc-noteref]:target").waitFor();
  assert.equal(await tab.locator(":target").getAttribute("role"), "doc-noteref");
  await context.close();
});

test("paper shows what is folded", { timeout: 200_000 }, async () => {
  const origin = await serve(build({ folder: library(20) }));
  const { context } = await watched(browser, origin, { javaScriptEnabled: false });
  const tab = await context.newPage();
  await tab.goto(`${origin}/bibliography/`);
  const file = join(temporary(), "page.pdf");
  writeFileSync(file, await tab.pdf());
  const text = bare(execFileSync("pdftotext", [file, "-"], { encoding: "utf8" }));
  for (let n = 0; n < 6; n += 1) assert.ok(text.includes(bare(`Once more, the ${n}th time.`)), `place ${n}`);
  await context.close();
});

for (const theme of ["scholar", "classroom"]) {
  test(`a long bibliography fits the window and has no fault that axe knows: ${theme}`, { timeout: 400_000 }, async () => {
    const origin = await serve(build({ folder: library(60, { theme, split: 40 }) }));
    const { context } = await watched(browser, origin);
    const tab = await context.newPage();
    const found = [];
    for (const path of ["/bibliography/", "/bibliography/2/", "/notes/"]) {
      await tab.goto(origin + path);
      await tab.evaluate(axe.source);
      for (const [colorScheme, width] of [["light", 320], ["dark", 1280], ["light", 1280], ["dark", 360]]) {
        await tab.emulateMedia({ colorScheme });
        await tab.setViewportSize({ width, height: 800 });
        for (const words of ["", "mill"]) {
          await tab.getByRole("searchbox").fill(words);
          const { violations } = await tab.evaluate(() => axe.run({ resultTypes: ["violations"] }));
          found.push(...violations.map(({ id, nodes }) => `${path} ${colorScheme} ${width}: ${id}: ${nodes[0].html.slice(0, 150)}`));
          const wide = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          if (wide > 0) found.push(`${path} at ${width}: ${wide} too wide`);
        }
      }
    }
    nothing(found, "a fault");
    await context.close();
  });
}

test("an index of 3,000 sources stays small, and is searched at once", { timeout: 600_000 }, async (t) => {
  const folder = build({ folder: library(3000) });
  const size = statSync(join(folder, "bibliography", "index.js")).size;
  const origin = await serve(folder);
  const { context } = await watched(browser, origin);
  const tab = await context.newPage();
  await tab.goto(`${origin}/bibliography/`);
  await tab.getByRole("searchbox").fill("x");
  await tab.waitForFunction(() => document.querySelector("[role=status]").textContent !== "");
  const took = await tab.evaluate(() => {
    const box = document.querySelector("input[type=search]");
    const start = performance.now();
    box.value = "river 1950 book";
    box.dispatchEvent(new Event("input"));
    return performance.now() - start;
  });
  t.diagnostic(`${size} bytes, ${took.toFixed(1)} ms`);
  assert.ok(size < 600_000, `${size} bytes`);
  assert.ok(took < 200, `${took} ms`);
  await context.close();
});
