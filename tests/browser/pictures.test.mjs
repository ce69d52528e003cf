// Photographs and scans: each window takes the size it needs, and nothing moves when it comes.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import axe from "axe-core";
import { browse, nothing, publish, temporary, watched } from "./lib.mjs";

const browser = await browse();

/** A drawing of some size as PNG, made by the browser. */
async function drawn(width, height) {
  const page = await browser.newPage();
  const url = await page.evaluate(([width, height]) => {
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const paint = canvas.getContext("2d");
    for (let x = 0; x < width; x += 10) {
      paint.fillStyle = `hsl(${x % 360} 60% 50%)`;
      paint.fillRect(x, 0, 10, height);
    }
    return canvas.toDataURL("image/png");
  }, [width, height]);
  await page.close();
  return Buffer.from(url.split(",")[1], "base64");
}

/** Runs in the browser: the place that a picture takes, within its frame. */
function place(img) {
  const style = getComputedStyle(img);
  const without = (size, sides) => sides.reduce((rest, side) => rest - parseFloat(style[`padding${side}`]) - parseFloat(style[`border${side}Width`]), size);
  const { width, height } = img.getBoundingClientRect();
  return { width: without(width, ["Left", "Right"]), height: without(height, ["Top", "Bottom"]) };
}

for (const theme of ["scholar", "classroom"]) {
  describe(`pictures in ${theme}`, { timeout: 100_000 }, () => {
    let origin;

    before(async () => {
      const folder = temporary();
      mkdirSync(join(folder, "content", "x"), { recursive: true });
      writeFileSync(join(folder, "explainer.toml"), `title = "Pictures"\ntheme = "${theme}"\nsearch = false\n`);
      writeFileSync(join(folder, "content", "x", "wide.png"), await drawn(2000, 1000));
      writeFileSync(join(folder, "content", "x", "small.png"), await drawn(120, 60));
      const figure = '::: figure {src="wide.png" alt="Stripes" credit="Ours" licence="CC-BY-4.0"}\nStripes.\n:::';
      writeFileSync(
        join(folder, "content", "x", "01-a.md"),
        `# Pictures\n\nText.\n\n${figure}\n\n${"More text. ".repeat(2000)}\n\n![Small](small.png)\n`,
      );
      origin = await publish({ folder });
    });

    test("come in the size that the window needs", async () => {
      for (const [width, deviceScaleFactor, expected] of [[360, 1, 480], [360, 2, 960], [1280, 1, 960], [1280, 2, 1600]]) {
        const { context, wrong } = await watched(browser, origin, { viewport: { width, height: 700 }, deviceScaleFactor });
        const tab = await context.newPage();
        await tab.goto(`${origin}/x/a/`);
        const img = tab.locator("img").first();
        const { source, wide } = await img.evaluate(async (img) => {
          await img.decode();
          return { source: img.currentSrc, wide: document.documentElement.scrollWidth };
        });
        const box = await img.evaluate(place);
        assert.match(source, new RegExp(`_pictures/[0-9a-f]+-${expected}-1\\.webp$`), `${width} × ${deviceScaleFactor}`);
        assert.ok(Math.abs(box.width / box.height - 2) < 0.02, `${box.width} × ${box.height}`);
        assert.ok(wide <= width);
        nothing(wrong, "a complaint");
        await context.close();
      }
    });

    test("leave their place free before they come, and wait until they are needed", async () => {
      const { context } = await watched(browser, origin, { viewport: { width: 1280, height: 700 } });
      const asked = [];
      context.on("request", (request) => asked.push(request.url()));
      // The picture never comes.
      await context.route("**/_pictures/**", () => {});
      const tab = await context.newPage();
      await tab.goto(`${origin}/x/a/`, { waitUntil: "domcontentloaded" });
      const { width, height } = await tab.locator("img").first().evaluate(place);
      assert.ok(width > 300 && Math.abs(width / height - 2) < 0.02, `${width} × ${height}`);
      assert.equal(asked.filter((url) => url.includes("_pictures/")).length, 1, "only the first is asked for");
      await context.close();
    });

    test("are no larger than they are, and have no fault that axe knows", async () => {
      const { context } = await watched(browser, origin, { viewport: { width: 1280, height: 700 } });
      const tab = await context.newPage();
      await tab.goto(`${origin}/x/a/`);
      assert.equal((await tab.locator("img").last().boundingBox()).width, 120);
      await tab.evaluate(axe.source);
      const { violations } = await tab.evaluate(() => axe.run({ resultTypes: ["violations"] }));
      nothing(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), "a violation");
      await context.close();
    });
  });
}
