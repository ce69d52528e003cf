// Pictures from data: readable by everyone, at any width, without scripts, in both directions.
import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { browse, build, nothing, project, publish, serve, sites, temporary, watched } from "./lib.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await browse();
const PAGE = "/manual/pictures/";

/** A page of pictures, open; what goes wrong is in `wrong`. */
async function open(origin, options = {}) {
  const { context, wrong } = await watched(browser, origin, options);
  const tab = await context.newPage();
  await tab.goto(`${origin}${PAGE}`);
  return { context, tab, wrong };
}

for (const site of sites.filter(({ name }) => name.startsWith("showcase"))) {
  describe(`the pictures of the ${site.name}`, { timeout: 180_000 }, () => {
    let origin;
    before(async () => {
      origin = await publish(site);
    });

    for (const colorScheme of ["light", "dark"]) {
      for (const width of [360, 1280]) {
        test(`pass axe and stay within ${width} px (${colorScheme})`, async () => {
          const { context, tab, wrong } = await open(origin, { colorScheme, viewport: { width, height: 900 } });
          for (const summary of await tab.$$(".chart-data summary")) await summary.click();
          await tab.addScriptTag({ content: axe }).catch(() => tab.evaluate(axe));
          const { violations } = await tab.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
          nothing(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`)), "a violation");
          assert.ok((await tab.evaluate(() => document.documentElement.scrollWidth)) <= width);
          nothing(wrong.filter((line) => !line.includes("Content Security Policy")), "a complaint");
          await context.close();
        });
      }
    }

    test("show one drawing of each chart, whose letters can be read", async () => {
      for (const width of [320, 360, 600, 768, 1280]) {
        const { context, tab } = await open(origin, { viewport: { width, height: 900 } });
        const charts = await tab.$$eval(".chart-drawings", (all) =>
          all.map((chart) => {
            const shown = [...chart.querySelectorAll("svg")].filter((svg) => svg.getBoundingClientRect().width > 0);
            const box = shown[0].getBoundingClientRect();
            const texts = [...shown[0].querySelectorAll("text")].map((text) => {
              const { left, right } = text.getBoundingClientRect();
              return { words: text.textContent, over: Math.max(box.left - left, right - box.right) };
            });
            const scale = box.width / shown[0].viewBox.baseVal.width;
            return { count: shown.length, size: 13 * scale, over: texts.filter(({ over }) => over > 1.5) };
          }),
        );
        assert.ok(charts.length >= 5);
        for (const { count, size, over } of charts) {
          assert.equal(count, 1);
          assert.ok(size > 11 && size < 20, `letters ${size} px high at ${width} px`);
          assert.deepEqual(over, [], `texts that reach over the drawing at ${width} px`);
        }
        await context.close();
      }
    });

    test("lead from the bibliography to the row of a closed table", async () => {
      const { context, tab } = await open(origin);
      const row = await tab.$eval(".chart-data td [role=doc-noteref]", (mark) => mark.id);
      await tab.goto(`${origin}${PAGE}#${row}`);
      assert.ok(await tab.$eval(`[id="${row}"]`, (mark) => mark.closest("details").open), "the table is opened");
      await context.close();
    });

    test("say what a term means under the keyboard, and not when Escape is pressed", async () => {
      const { context, tab } = await open(origin);
      const term = tab.locator("a.term").first();
      await term.focus();
      const tip = tab.locator("[role=tooltip]");
      await tip.waitFor();
      assert.equal(await tip.textContent(), await term.getAttribute("data-meaning"));
      assert.equal(await term.getAttribute("aria-describedby"), await tip.getAttribute("id"));
      await tab.keyboard.press("Escape");
      await tip.waitFor({ state: "hidden" });
      assert.equal(await term.getAttribute("aria-describedby"), null);
      await tab.keyboard.press("Enter");
      assert.match(tab.url(), /#term:/);
      await context.close();
    });

    test("say what a term means at a tap, and lead there at the second", async () => {
      const { context, tab } = await open(origin, { hasTouch: true, viewport: { width: 360, height: 740 } });
      const term = tab.locator("a.term").first();
      await term.tap();
      const tip = tab.locator("[role=tooltip]");
      await tip.waitFor();
      assert.ok(!tab.url().includes("#"));
      const box = await tip.boundingBox();
      assert.ok(box.x >= 0 && box.x + box.width <= 360, JSON.stringify(box));
      await tip.locator("a").tap();
      assert.match(tab.url(), /#term:/);
      await context.close();
    });

    test("show the steps of a map one by one", async () => {
      const { context, tab } = await open(origin);
      const shown = () => tab.$$eval(".map-step", (all) => all.filter((step) => step.checkVisibility()).length);
      const all = await shown();
      assert.ok(all > 1);
      const buttons = tab.locator(".map-choices button");
      await buttons.nth(1).focus();
      await tab.keyboard.press("Enter");
      assert.equal(await shown(), 1);
      assert.equal(await buttons.nth(1).getAttribute("aria-pressed"), "true");
      await tab.emulateMedia({ media: "print" });
      assert.equal(await shown(), all);
      await tab.emulateMedia({ media: "screen" });
      await buttons.nth(0).click();
      assert.equal(await shown(), all);
      await context.close();
    });

    test("are whole without scripts", async () => {
      const { context, tab } = await open(origin, { javaScriptEnabled: false });
      assert.equal(await tab.locator(".map-choices").count(), 0);
      assert.ok((await tab.locator(".map-step:visible").count()) > 1);
      await tab.locator("a.term").first().click();
      assert.match(tab.url(), /#term:/);
      await tab.locator(".chart-data summary").first().click();
      assert.ok(await tab.locator(".chart-data table").first().isVisible());
      await context.close();
    });
  });
}

test("a page written from right to left is mirrored, and its drawings with it", { timeout: 400_000 }, async () => {
  const folder = temporary();
  cpSync(join(project, "site"), folder, { recursive: true });
  const settings = join(folder, "explainer.toml");
  writeFileSync(settings, readFileSync(settings, "utf8").replace('language = "en"', 'language = "he"'));
  const { context, tab } = await open(await serve(build({ folder })), { viewport: { width: 360, height: 740 } });
  assert.equal(await tab.evaluate(() => getComputedStyle(document.querySelector("main")).direction), "rtl");
  assert.ok((await tab.evaluate(() => document.documentElement.scrollWidth)) <= 360);
  const bars = await tab.$$eval(".chart-drawings", (all) =>
    all.flatMap((chart) => {
      const svg = [...chart.querySelectorAll("svg")].find((svg) => svg.getBoundingClientRect().width > 0);
      const zero = svg.querySelector("line.chart-zero");
      const bar = svg.querySelector("rect.chart-bar title")?.parentElement;
      const upright = zero && zero.getBoundingClientRect().width > 1;
      if (!zero || !bar || upright) return [];
      return [{ zero: zero.getBoundingClientRect().left, end: bar.getBoundingClientRect().right }];
    }),
  );
  assert.ok(bars.length > 0);
  for (const { zero, end } of bars) assert.ok(Math.abs(zero - end) < 2, `a bar ends at ${end}, nought is at ${zero}`);
  await context.close();
});
