// Marks, notes and bibliography: every way from one to the other, by mouse and by keyboard.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { browse, crawl, nothing, publish, sites, watched } from "./lib.mjs";

/** Waits until the address has the hash; under load a key press takes a moment to do its work. */
async function arrived(tab, hash, which) {
  await tab.waitForFunction((hash) => location.hash === hash, hash, { timeout: 5000 }).catch(() => {});
  assert.equal(await tab.evaluate(() => location.hash), hash, which);
}

const browser = await browse();

/** Whether an element is within the window and not covered. */
const shown = (element) =>
  element.evaluate((node) => {
    const box = node.getBoundingClientRect();
    return box.height > 0 && box.top >= 0 && box.top < innerHeight && node.checkVisibility();
  });
const focused = (element) => element.evaluate((node) => node === document.activeElement);

for (const site of sites) {
  describe(`the notes of the ${site.name}`, { timeout: 400_000 }, () => {
    let origin, pages, context;

    before(async () => {
      origin = await publish(site);
      ({ context } = await watched(browser, origin));
      ({ pages } = await crawl(context, origin));
    });

    test("are reached from every mark, and lead back to it", async () => {
      const tab = await context.newPage();
      for (const page of pages.filter((page) => page.marks > 0 && !page.print)) {
        await tab.goto(page.url);
        const marks = await tab.locator("[role=doc-noteref]").all();
        for (const [number, mark] of marks.entries()) {
          const { id, href } = await mark.evaluate((node) => ({ id: node.id, href: node.hash }));
          const which = `${page.path}#${id}`;
          // A mark in the table below a chart is reached by those who open it.
          await mark.evaluate((node) => {
            for (let fold = node.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
            // Notes beside the text follow it before the next frame.
            return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          });
          const note = tab.locator(`[id="${decodeURIComponent(href.slice(1))}"]`);
          assert.equal(await note.count(), 1, `${which}: its note`);
          // The mouse and the keyboard in turn; each page has marks for both.
          if (number % 2 === 0) await mark.click();
          else {
            await mark.focus();
            await tab.keyboard.press("Enter");
          }
          await arrived(tab, href, which);
          assert.ok(await shown(note), `${which}: its note is in the window`);
          // From here the keyboard goes on within the note: to its links, and then back.
          const back = note.locator(`[role=doc-backlink][href="#${id}"]`);
          assert.equal(await back.count(), 1, `${which}: the way back`);
          const steps = await note.locator("a[href], [tabindex='0']").count();
          for (let step = 0; step < steps && !(await focused(back)); step += 1) await tab.keyboard.press("Tab");
          assert.ok(await focused(back), `${which}: Tab leads to the way back`);
          await tab.keyboard.press("Enter");
          await arrived(tab, `#${id}`, which);
          assert.ok(await focused(mark), `${which}: the mark has the focus again`);
          assert.ok(await shown(mark), `${which}: the mark is in the window again`);
        }
      }
      await tab.close();
    });

    test("are called: every note has as many ways back as marks", async () => {
      const tab = await context.newPage();
      for (const page of pages.filter((page) => page.marks > 0 && !page.print)) {
        await tab.goto(page.url);
        const count = await tab.evaluate(() => {
          const hashes = (selector) => [...document.querySelectorAll(selector)].map((a) => a.hash).sort();
          const ids = (selector) => [...document.querySelectorAll(selector)].map((a) => `#${a.id}`).sort();
          return {
            marks: ids("[role=doc-noteref]"),
            back: hashes("[role=doc-endnotes] [role=doc-backlink]"),
            called: [...new Set(hashes("[role=doc-noteref]"))].sort(),
            notes: ids("[role=doc-endnotes] li[id]"),
          };
        });
        assert.deepEqual(count.back, count.marks, page.path);
        assert.deepEqual(count.called, count.notes, page.path);
      }
      await tab.close();
    });

    test("are reached from every citing place of the bibliography, and lead to its entry", async () => {
      const tab = await context.newPage();
      let places = 0;
      for (const page of pages.filter((page) => page.bibliography)) {
        await tab.goto(page.url);
        const links = await tab.$$eval("[role=doc-bibliography] [role=doc-backlink]", (all) =>
          all.map((a) => ({ href: a.href, entry: `${location.href.split("#")[0]}#${a.closest("[id^='source:']").id}` })),
        );
        for (const { href, entry } of links) {
          await tab.goto(href);
          const target = tab.locator(`[id="${decodeURIComponent(new URL(href).hash.slice(1))}"]`);
          assert.equal(await target.getAttribute("role"), "doc-noteref", href);
          assert.ok(await shown(target), `${href} is in the window`);
          const note = await target.evaluate((mark) => {
            const note = document.getElementById(mark.hash.slice(1));
            const links = note?.querySelectorAll("[role=doc-biblioref]") ?? [];
            return { text: note?.innerText ?? "", entries: Array.from(links, (a) => decodeURIComponent(a.href)) };
          });
          assert.ok(note.text.trim() !== "", `${href}: its note`);
          // The notes lead to their explainer's bibliography; the site's own has the same anchors.
          const anchor = (url) => decodeURIComponent(url).split("#")[1];
          assert.ok(note.entries.map(anchor).includes(anchor(entry)), `${href}: ${entry} among ${note.entries}`);
          places += 1;
        }
      }
      assert.ok(places > 0, "there are citing places");
      await tab.close();
    });

    // Only the fixture's notes are known to name an author if and only if they cite the source.
    if (site.name !== "fixture") return;
    test("are listed by the bibliography: exactly those that cite the source", async () => {
      const tab = await context.newPage();
      const notes = [];
      for (const page of pages) {
        await tab.goto(page.url);
        notes.push(
          ...(await tab.$$eval("[role=doc-noteref]", (marks) =>
            marks.map((mark) => ({ url: mark.href.split("#")[0] + "#" + mark.id, text: document.getElementById(mark.hash.slice(1)).innerText })),
          )),
        );
      }
      const authors = { abel: "Abelard", brandt: "Brandtner", corvi: "Corvinus", drago: "Dragomir" };
      let entries = 0;
      for (const page of pages.filter((page) => page.bibliography)) {
        const explainer = page.url.replace(/[^/]+\/$/, "");
        await tab.goto(page.url);
        for (const [key, author] of Object.entries(authors)) {
          const expected = notes.filter(({ url, text }) => url.startsWith(explainer) && text.includes(author));
          const entry = tab.locator(`[id="source:${key}"]`);
          const listed = await entry.locator("[role=doc-backlink]").evaluateAll((all) => all.map((a) => a.href));
          assert.deepEqual(listed.sort(), expected.map(({ url }) => url).sort(), `${page.path}: ${key}`);
          assert.equal(await entry.count(), expected.length > 0 ? 1 : 0, `${page.path}: ${key}`);
          entries += await entry.count();
        }
      }
      assert.equal(entries, 5);
      await tab.close();
    });
  });
}
