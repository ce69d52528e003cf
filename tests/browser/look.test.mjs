// How pages look to people and machines: nothing too wide, no fault that axe knows, all notes on paper.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import axe from "axe-core";
import { bare, browse, chosen, crawl, nothing, publish, sites, temporary, watched } from "./lib.mjs";

const browser = await browse();

for (const site of sites) {
  describe(`the look of the ${site.name}`, { timeout: 600_000 }, () => {
    let origin, pages;

    before(async () => {
      origin = await publish(site);
      const { context } = await watched(browser, origin);
      pages = chosen(site, (await crawl(context, origin)).pages);
      await context.close();
    });

    test("fits the window at every width", async () => {
      const { context } = await watched(browser, origin);
      const tab = await context.newPage();
      const found = [];
      for (const page of pages) {
        await tab.goto(page.url);
        for (const width of [320, 360, 768, 1280]) {
          await tab.setViewportSize({ width, height: 800 });
          const wide = await tab.evaluate(tooWide);
          found.push(...wide.map((what) => `${page.path} at ${width}: ${what}`));
        }
      }
      nothing(found, "too wide");
      await context.close();
    });

    test("has no fault that axe knows, in light and dark, narrow and wide", async () => {
      const { context } = await watched(browser, origin);
      const tab = await context.newPage();
      const found = [];
      for (const [number, page] of pages.entries()) {
        await tab.goto(page.url);
        await tab.evaluate(axe.source);
        // Each page in both colours and both widths; the other two pairs on the next page.
        const widths = number % 2 === 0 ? { light: 360, dark: 1280 } : { dark: 360, light: 1280 };
        for (const [colorScheme, width] of Object.entries(widths)) {
          await tab.emulateMedia({ colorScheme });
          await tab.setViewportSize({ width, height: 800 });
          const { violations, passes } = await tab.evaluate(() => axe.run({ resultTypes: ["violations"] }));
          assert.ok(passes.length > 10, "axe has run");
          for (const { id, help, nodes } of violations) {
            const where = nodes.map((node) => node.html.slice(0, 120)).join(" and ");
            found.push(`${page.path}, ${colorScheme}, ${width} wide: ${id}: ${help}: ${where}`);
          }
        }
      }
      nothing(found, "a violation");
      await context.close();
    });

    if (site.theme === "classroom") {
      test("has a number before every paragraph of a section, in the window", async () => {
        const { context } = await watched(browser, origin);
        const tab = await context.newPage();
        await tab.setViewportSize({ width: 320, height: 800 });
        await tab.goto(pages.find((page) => page.marks > 0 && page.text.includes("kind-section")).url);
        const numbers = await tab.$$eval(".prose > p", (all) =>
          all.map((p) => {
            const { content, width, right } = getComputedStyle(p, "::before");
            // Absolute, so `right` counts from the right side of the paragraph.
            return { content, left: p.getBoundingClientRect().right - parseFloat(right) - parseFloat(width) };
          }),
        );
        assert.ok(numbers.length > 0, "there are paragraphs");
        for (const { content, left } of numbers) {
          assert.equal(content, "counter(paragraph)");
          assert.ok(left >= 0, `begins at ${left}`);
        }
        await context.close();
      });
    }

    test("keeps every note on paper", async () => {
      const { context } = await watched(browser, origin);
      const tab = await context.newPage();
      const folder = temporary();
      for (const page of pages.filter((page) => page.marks > 0)) {
        await tab.goto(page.url);
        await tab.emulateMedia({ media: "print" });
        // Each piece of text of each note, as print adds addresses between them.
        const pieces = await tab.$$eval(".endnotes li[id]", (notes) =>
          notes.map((note) => {
            const walker = document.createTreeWalker(note.querySelector(".note-text") ?? note, NodeFilter.SHOW_TEXT);
            const texts = [];
            while (walker.nextNode()) if (walker.currentNode.data.trim()) texts.push(walker.currentNode.data);
            return { id: note.id, texts, shown: note.checkVisibility() && note.getBoundingClientRect().height > 0 };
          }),
        );
        assert.ok(pieces.length > 0, page.path);
        for (const { id, shown } of pieces) assert.ok(shown, `${page.path}#${id}`);
        const file = join(folder, "page.pdf");
        writeFileSync(file, await tab.pdf({ preferCSSPageSize: true }));
        const text = bare(execFileSync("pdftotext", ["-raw", "-enc", "UTF-8", file, "-"], { encoding: "utf8" }));
        for (const { id, texts } of pieces) {
          // In order, one behind the other; the first may stand anywhere.
          let at = text.indexOf(bare(texts.join(""))) >= 0 ? -1 : 0;
          for (const piece of at < 0 ? [] : texts) {
            const next = text.indexOf(bare(piece), at);
            assert.ok(next >= 0, `${page.path}#${id} on paper: ${piece}`);
            at = next + bare(piece).length;
          }
        }
      }
      await context.close();
    });
  });
}

/** Runs in the browser: what reaches over the window's sides, but for what scrolls in a box. */
function tooWide() {
  const width = document.documentElement.clientWidth;
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth) found.push(`the page: ${document.documentElement.scrollWidth}`);
  const scrolls = (element) => /auto|scroll/.test(getComputedStyle(element).overflowX);
  for (const element of document.body.querySelectorAll("*")) {
    const box = element.getBoundingClientRect();
    if (box.width === 0 || (box.left >= -0.5 && box.right <= width + 0.5)) continue;
    let around = element.parentElement;
    while (around && !scrolls(around)) around = around.parentElement;
    if (!around || around === document.body || around === document.documentElement) {
      found.push(`${element.cloneNode(false).outerHTML.slice(0, 120)}: ${box.left} to ${box.right}`);
    }
  }
  return found;
}
