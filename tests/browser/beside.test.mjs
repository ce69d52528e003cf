// Notes where they are called, on a site whose notes are hard to place: beside the text, under the
// line, and in previews; in German, and from right to left.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import { bare, browse, nothing, publish, temporary, watched } from "./lib.mjs";

const browser = await browse();
const folder = join(dirname(fileURLToPath(import.meta.url)), "beside");
const MARK = "[role=doc-noteref]";

/** Waits until the script has put the notes where they belong, as it does before each new frame. */
const settled = (tab) =>
  tab.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 30)))));

/** Runs in the browser: which notes cover something, stand above their marks or leave the window. */
function misplaced() {
  const box = (element) => element.getBoundingClientRect();
  const name = (element) => `${element.id || element.className || element.localName} ${element.textContent.trim().slice(0, 25)}`;
  const cover = (a, b) => a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5;
  const notes = [...document.querySelectorAll(".note.beside")];
  const others = [
    ...document.querySelectorAll(
      "header, footer, .opening, .on-page-inner, .prose, .prose *, .endnotes:not(.all-beside) > h2, .note:not(.beside), .cite-page, .pager, .pager *",
    ),
  ].filter((element) => element.checkVisibility());
  const found = [];
  notes.forEach((note, number) => {
    const at = box(note);
    for (const other of [...notes.slice(number + 1), ...others]) {
      if (cover(at, box(other))) found.push(`${name(note)} covers ${name(other)}`);
    }
    const marks = [...document.querySelectorAll("[role=doc-noteref]")];
    const mark = marks.find((mark) => decodeURIComponent(mark.hash.slice(1)) === note.id);
    // In the order in which they are called, line by line; in columns side by side, one after the other.
    for (const other of notes) {
      const theirs = marks.find((mark) => decodeURIComponent(mark.hash.slice(1)) === other.id);
      const earlier = marks.indexOf(theirs) < marks.indexOf(mark);
      const higher = box(mark).top - box(theirs).bottom;
      const first = earlier ? higher > -100 : higher > 130;
      if (first && box(other).top > at.top) found.push(`${name(note)} stands above ${name(other)}`);
    }
    if (at.top < box(mark).top - 12) found.push(`${name(note)} begins above its mark`);
    if (at.left < 0 || at.right > document.documentElement.clientWidth) found.push(`${name(note)} leaves the window`);
    for (const part of note.querySelectorAll("*")) {
      const inner = box(part);
      if (inner.width > 0 && (inner.right > at.right + 1 || inner.left < at.left - 1)) found.push(`${name(part)} leaves its note`);
    }
  });
  if (document.documentElement.scrollWidth > innerWidth) found.push("the page is too wide");
  return { found, beside: notes.length, notes: document.querySelectorAll(".note").length };
}

/** What axe complains of on a page as it is now. */
async function faults(tab) {
  await tab.evaluate(axe.source);
  const { violations } = await tab.evaluate(() => axe.run({ resultTypes: ["violations"] }));
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html.slice(0, 120)).join(" and ")}`);
}

for (const theme of ["scholar", "classroom"]) {
  describe(`notes where they are called, in ${theme}`, { timeout: 200_000 }, () => {
    let origin, page, arabic;

    before(async () => {
      origin = await publish({ folder, theme });
      page = `${origin}/muehle/rad/`;
      arabic = `${origin}/muehle/arabisch/`;
    });

    /** A page that is open in a window of a width; what its console says is a fault. */
    async function open(url, width, options = {}) {
      const { context, wrong } = await watched(browser, origin, { viewport: { width, height: 800 }, ...options });
      const tab = await context.newPage();
      await tab.goto(url);
      if (options.javaScriptEnabled ?? true) await settled(tab);
      return { tab, close: async () => (nothing(wrong, "a complaint"), context.close()) };
    }

    test("stand beside the text and cover nothing", async () => {
      for (const [url, left] of [[page, 1], [arabic, 0]]) {
        const { tab, close } = await open(url, 1280);
        for (const width of [1280, 1600, 1200]) {
          await tab.setViewportSize({ width, height: 800 });
          await settled(tab);
          const { found, beside, notes } = await tab.evaluate(misplaced);
          nothing(found, `${url} at ${width}`);
          assert.ok(notes > 4 && beside === notes - left, `${url} at ${width}: ${beside} of ${notes} are beside the text`);
        }
        await close();
      }
    });

    test("of columns side by side stand one after the other", async () => {
      const { tab, close } = await open(`${origin}/muehle/leute/`, 1280);
      const { found, beside } = await tab.evaluate(misplaced);
      nothing(found, "the people");
      assert.equal(beside, 4);
      const tops = (selector) => tab.$$eval(selector, (all) => all.map((element) => element.getBoundingClientRect().top));
      // The second card is shorter, so that its mark stands higher than the first one's.
      const marks = await tops(MARK);
      assert.ok(marks[1] < marks[0] && marks[3] < marks[2], String(marks));
      const notes = await tops(".note.beside");
      assert.deepEqual(notes, [...notes].sort((a, b) => a - b));
      await close();
    });

    test("begin on the line of their mark where nothing is in the way", async () => {
      const { tab, close } = await open(page, 1280);
      const apart = await tab.evaluate(() => {
        const first = document.querySelector("[role=doc-noteref]");
        const letters = document.createRange();
        letters.selectNodeContents(first.parentElement.previousSibling);
        const line = [...letters.getClientRects()].pop();
        letters.selectNodeContents(document.querySelector(".note .note-text"));
        // Of both the foot of the letters, which is a fifth of their boxes below the line.
        const own = letters.getClientRects()[0];
        return line.bottom - line.height * 0.22 - (own.bottom - own.height * 0.22);
      });
      assert.ok(Math.abs(apart) < 1.5, `${apart} pixels apart`);
      await close();
    });

    test("don't move the text when they come", async () => {
      const places = [];
      for (const javaScriptEnabled of [true, false]) {
        const { tab, close } = await open(page, 1280, { javaScriptEnabled });
        const all = await tab.locator(".prose p, .prose h2, .prose td").all();
        places.push(await Promise.all(all.map((element) => element.boundingBox())));
        await close();
      }
      // From side to side a theme may keep the text in the middle where no notes can come; and the
      // switch for colours makes the head a hair taller.
      const [on, off] = places;
      assert.ok(on.length > 10 && on.length === off.length);
      for (const [number, box] of on.entries()) {
        for (const side of ["y", "width", "height"]) assert.ok(Math.abs(box[side] - off[number][side]) < 1, `${number}: ${side}`);
      }
    });

    test("follow the text when it changes", async () => {
      const { tab, close } = await open(page, 1280);
      const top = () => tab.locator(".note.beside").first().evaluate((note) => note.getBoundingClientRect().top + scrollY);
      const was = await top();
      await tab.evaluate(() => {
        const text = document.createElement("p");
        text.textContent = "Neu. ".repeat(200);
        document.querySelector(".prose").prepend(text);
      });
      await settled(tab);
      assert.ok((await top()) > was + 100, "the notes have moved down with their marks");
      nothing((await tab.evaluate(misplaced)).found, "misplaced");
      await tab.setViewportSize({ width: 800, height: 800 });
      await settled(tab);
      assert.equal(await tab.locator(".note.beside").count(), 0);
      await tab.setViewportSize({ width: 1280, height: 800 });
      await settled(tab);
      nothing((await tab.evaluate(misplaced)).found, "misplaced");
      await close();
    });

    test("are marked without a leap where they are in sight", async () => {
      const { tab, close } = await open(page, 1280);
      await tab.evaluate(() => scrollTo({ top: 150, behavior: "instant" }));
      const mark = tab.locator(MARK).first();
      await mark.click();
      assert.equal(await tab.evaluate(() => `${scrollY} ${location.hash}`), "150 #note:1");
      assert.equal(await tab.locator(".note:target").count(), 1);
      await tab.keyboard.press("Tab");
      const back = tab.locator(".note").first().locator(".note-back");
      assert.ok(await back.evaluate((link) => link === document.activeElement), "from here Tab leads to the way back");
      await tab.keyboard.press("Enter");
      assert.ok(await mark.evaluate((link) => link === document.activeElement));
      assert.equal(await tab.evaluate(() => scrollY), 150);
      // The address of a note leads to it, wherever it stands.
      await tab.goto("about:blank");
      await tab.goto(`${page}#note:28`);
      await settled(tab);
      assert.ok(await tab.locator("[id='note:28']").evaluate((note) => {
        const { top, bottom } = note.getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight;
      }));
      await close();
    });

    test("open under the line in narrow windows", async () => {
      const { tab, close } = await open(page, 360, { hasTouch: true });
      const marks = await tab.locator(MARK).all();
      for (const [number, mark] of marks.entries()) {
        // In turn by a finger and by the keyboard.
        const press = () => (number % 2 ? mark.tap() : mark.press("Enter"));
        await press();
        const id = await mark.getAttribute("aria-controls");
        assert.equal(await mark.getAttribute("aria-expanded"), "true");
        const box = tab.locator(`[id="${id}"]`);
        const { under, text, close } = await box.evaluate((box) => {
          const mark = document.querySelector(`[aria-controls="${box.id}"]`);
          const block = mark.closest("p, h2, table, li, figcaption");
          const note = document.getElementById(decodeURIComponent(mark.hash.slice(1)));
          // What is said of its sources is added to it.
          const said = box.querySelector(".note-text").cloneNode(true);
          said.querySelectorAll(".source-facts").forEach((facts) => facts.remove());
          const bare = (element) => element.textContent.replace(/\s+/g, "");
          return {
            under: box.getBoundingClientRect().top - block.getBoundingClientRect().top,
            text: bare(said) === bare(note.querySelector(".note-text")),
            close: box.querySelector("button").getAttribute("aria-label"),
          };
        });
        assert.ok(under > 10 && under < 700, `${id} is ${under} below the beginning of its block`);
        assert.ok(text, `${id} has the note's text`);
        assert.equal(close, `Anmerkung ${await mark.textContent()} schließen`);
        assert.equal(await tab.evaluate(() => document.documentElement.scrollWidth), 360);
        assert.equal(await tab.evaluate(() => location.hash), "");
        if (number % 3 === 0) await press();
        else if (number % 3 === 1) await tab.keyboard.press("Escape");
        else await box.locator("button").click();
        assert.equal(await box.count(), 0);
        assert.equal(await mark.getAttribute("aria-expanded"), "false");
        assert.ok(await mark.evaluate((link) => link === document.activeElement), "the mark has the focus");
      }
      // Two of one paragraph stand in the order of their marks, whichever was pressed first.
      await marks[2].tap();
      await marks[0].tap();
      assert.deepEqual(await tab.locator(".note-here .note-label").allTextContents(), ["1", "3"]);
      assert.equal(await tab.locator(".note-tip").count(), 0, "no preview for a finger");
      await close();
    });

    test("are shown on hover and focus, with what their sources are", async () => {
      const { tab, close } = await open(page, 1000);
      const tip = tab.locator("[role=tooltip]");
      const mark = tab.locator(MARK).filter({ hasText: /^b$/ });
      await mark.hover();
      await tip.waitFor();
      const says = (await tip.innerText()).replace(/\s+/g, " ");
      assert.match(says, /Treaty on Wheels and Weirs.*Vertrag.*Gelesen.*Corvinus.*Webseite/i);
      // It can be hovered itself, and stays.
      await tip.hover();
      await tab.waitForTimeout(500);
      assert.ok(await tip.isVisible());
      const box = await tip.boundingBox();
      assert.ok(box.x >= 0 && box.x + box.width <= 1000 && box.y >= 0 && box.y + box.height <= 800);
      await tab.mouse.move(2, 2);
      await tip.waitFor({ state: "detached" });
      // The keyboard: the focus stays when the box is put away.
      await tab.locator(MARK).first().focus();
      await tab.keyboard.press("Tab");
      await tip.waitFor();
      const second = tab.locator(MARK).nth(1);
      assert.equal(await second.getAttribute("aria-describedby"), await tip.getAttribute("id"));
      assert.match(await tip.innerText(), /Hang[^]*Nicht geprüft/i);
      await tab.keyboard.press("Escape");
      assert.equal(await tip.count(), 0);
      assert.ok(await second.evaluate((link) => link === document.activeElement));
      assert.equal(await second.getAttribute("aria-describedby"), null);
      // At the end of the page and in its corners, too.
      for (const wanted of await tab.locator(MARK).all()) {
        await wanted.evaluate((link) => link.blur());
        await wanted.focus();
        const { x, y, width, height } = await tip.boundingBox();
        assert.ok(x >= 0 && x + width <= 1000 && y >= 0 && y + height <= 800, `${x} ${y} ${width} ${height}`);
      }
      await close();
    });

    test("say beside the text what their sources are", async () => {
      const { tab, close } = await open(page, 1280);
      const tip = tab.locator("[role=tooltip]");
      await tab.locator(MARK).first().focus();
      assert.equal(await tip.count(), 0, "the note is in sight");
      assert.equal(await tab.locator(".note.is-called").count(), 1);
      await tab.locator(".note a.cite").first().focus();
      await tip.waitFor();
      assert.match((await tip.innerText()).replace(/\s+/g, " "), /^Buch Teilweise gelesen$/i);
      await close();
    });

    test("have no fault that axe knows, wide, narrow, opened and previewed", async () => {
      const found = [];
      for (const colorScheme of ["light", "dark"]) {
        for (const [url, width] of [[page, 1280], [page, 360], [page, 1000], [arabic, 1280], [arabic, 360]]) {
          const { tab, close } = await open(url, width, { colorScheme, reducedMotion: "reduce" });
          if (width === 360) for (const mark of await tab.locator(MARK).all()) await mark.press("Enter");
          else await (width === 1000 ? tab.locator(MARK) : tab.locator(".note a.cite")).last().focus();
          if (width !== 360) await tab.locator("[role=tooltip]").waitFor();
          found.push(...(await faults(tab)).map((fault) => `${url}, ${colorScheme}, ${width}: ${fault}`));
          await close();
        }
      }
      nothing(found, "a violation");
    });

    test("are read in the same order, with scripts and without", async () => {
      const read = [];
      for (const javaScriptEnabled of [true, false]) {
        const { tab, close } = await open(page, 1280, { javaScriptEnabled });
        const client = await tab.context().newCDPSession(tab);
        const { nodes } = await client.send("Accessibility.getFullAXTree");
        const by = new Map(nodes.map((node) => [node.nodeId, node]));
        const texts = [];
        (function walk(node) {
          if (node.role?.value === "StaticText") texts.push(node.name.value);
          else node.childIds?.forEach((id) => walk(by.get(id)));
        })(nodes[0]);
        const all = bare(texts.join(" "));
        read.push(all.slice(all.indexOf("DasRadwarausEiche"), all.indexOf("DieseSeitezitieren")));
        if (!javaScriptEnabled) {
          assert.equal(await tab.locator("[aria-expanded]").count(), 0);
          for (const note of await tab.locator(".endnotes .note").all()) assert.ok(await note.isVisible());
        }
        await close();
      }
      const [on, off] = read;
      assert.ok(off.length > 1000 && off.indexOf("reichen.28") < off.indexOf("Anmerkungen1DieEiche"), "first the text, then the notes");
      assert.equal(on, off);
    });

    test("have German names", async () => {
      const { tab, close } = await open(page, 1280);
      await tab.getByRole("link", { name: "Anmerkung 11", exact: true }).waitFor();
      await tab.getByRole("link", { name: "Zurück zu Anmerkung 20, Stelle b, im Text" }).waitFor();
      await tab.getByRole("heading", { name: "Anmerkungen" }).waitFor();
      await close();
    });

    test("stand on the other side of a page from right to left", async () => {
      const { tab, close } = await open(arabic, 1280);
      const sides = await tab.evaluate(() => {
        const text = document.querySelector(".prose").getBoundingClientRect();
        return [...document.querySelectorAll(".note")].every((note) => note.getBoundingClientRect().right < text.left);
      });
      assert.ok(sides, "all notes stand left of the text");
      await tab.setViewportSize({ width: 360, height: 800 });
      await settled(tab);
      await tab.locator(MARK).first().click();
      const { x, width } = await tab.locator(".note-close").boundingBox();
      assert.ok(x + width / 2 < 180, "what closes a note is at its end, on the left");
      await close();
    });

    test("stand at the end of the paper, with addresses written out once", async () => {
      const { tab, close } = await open(page, 1280);
      await tab.locator("a.cite").first().focus();
      const file = join(temporary(), "page.pdf");
      writeFileSync(file, await tab.pdf({ preferCSSPageSize: true }));
      const text = bare(execFileSync("pdftotext", ["-raw", "-enc", "UTF-8", file, "-"], { encoding: "utf8" }));
      const count = (part) => text.split(bare(part)).length - 1;
      assert.equal(count("<https://example.org/plan/des/steinbruchs?blatt=12&jahr=1799>"), 1);
      assert.equal(count("https://example.org/brief"), 1);
      assert.equal(count("https://example.org/a/very/long/address"), 1);
      const notes = await tab.locator(".note .note-text").evaluateAll((all) => all.map((note) => note.firstChild.textContent));
      assert.ok(notes.length > 20);
      for (const note of notes) assert.ok(text.includes(bare(note.trim().slice(0, 25))), `${note} is printed`);
      await tab.emulateMedia({ media: "print" });
      const beside = await tab.evaluate(() => {
        const end = document.querySelector(".prose").getBoundingClientRect().bottom;
        return [...document.querySelectorAll(".note")].filter((note) => note.getBoundingClientRect().top < end).length;
      });
      assert.equal(beside, 0, "all stand below the text");
      await close();
    });

    test("stay at the end where the site says so", async () => {
      const copy = temporary();
      cpSync(folder, copy, { recursive: true });
      const file = join(copy, "explainer.toml");
      writeFileSync(file, readFileSync(file, "utf8").replace("[notes]", "[notes]\nbeside = false"));
      const other = await publish({ folder: copy, theme });
      const { context } = await watched(browser, other, { viewport: { width: 1600, height: 800 } });
      const tab = await context.newPage();
      await tab.goto(`${other}/muehle/rad/`);
      await settled(tab);
      assert.equal(await tab.locator(".note.beside").count(), 0);
      await tab.locator(MARK).first().click();
      assert.equal(await tab.locator(".note-here").count(), 1);
      await context.close();
    });
  });
}
