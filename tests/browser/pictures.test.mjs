// Photographs and scans: each window takes the size it needs, and nothing moves when it comes.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
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

/** A profile of colours (ICC.1:2022, 7) that takes red for green and green for red. */
function swapped() {
  const number = (value) => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(Math.round(value * 65536));
    return bytes;
  };
  const four = (value) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const text = (words) => Buffer.from(words, "latin1");
  const xyz = (...values) => Buffer.concat([text("XYZ \0\0\0\0"), ...values.map(number)]);
  const curve = Buffer.concat([text("curv\0\0\0\0"), four(1), Buffer.from([0x02, 0x33, 0, 0])]);
  const name = "swapped\0";
  const tags = [
    ["desc", Buffer.concat([text("desc\0\0\0\0"), four(name.length), text(name), Buffer.alloc(78)])],
    ["cprt", text("text\0\0\0\0none\0\0\0\0")],
    ["wtpt", xyz(0.9642, 1, 0.8249)],
    ["rXYZ", xyz(0.3851, 0.7169, 0.0971)],
    ["gXYZ", xyz(0.4361, 0.2225, 0.0139)],
    ["bXYZ", xyz(0.1431, 0.0606, 0.7141)],
    ["rTRC", curve],
    ["gTRC", curve],
    ["bTRC", curve],
  ];
  let at = 128 + 4 + 12 * tags.length;
  const table = [four(tags.length)];
  const data = [];
  for (const [tag, bytes] of tags) {
    const even = Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
    table.push(text(tag), four(at), four(bytes.length));
    data.push(even);
    at += even.length;
  }
  const head = Buffer.alloc(128);
  head.writeUInt32BE(at, 0);
  head.writeUInt32BE(0x02100000, 8);
  head.write("mntrRGB XYZ ", 12, "latin1");
  head.write("acsp", 36, "latin1");
  Buffer.concat([number(0.9642), number(1), number(0.8249)]).copy(head, 68);
  return Buffer.concat([head, ...table, ...data]);
}

/** A PNG with a profile of colours (PNG, 11.3.2.3). */
function coloured(png, profile) {
  const data = Buffer.concat([Buffer.from("iCCPp\0\0", "latin1"), deflateSync(profile)]);
  const ends = [data.length - 4, crc32(data)].map((value) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value >>> 0);
    return bytes;
  });
  // Behind the first chunk, which says how large it is.
  return Buffer.concat([png.subarray(0, 33), ends[0], data, ends[1], png.subarray(33)]);
}

/** Runs in the browser: the colour in the middle of a picture as it is shown. */
async function colour(img) {
  await img.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const paint = canvas.getContext("2d");
  paint.drawImage(img, 0, 0, 1, 1);
  return [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3);
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
        assert.match(source, new RegExp(`_pictures/[0-9a-f]+-${expected}-2\\.webp$`), `${width} × ${deviceScaleFactor}`);
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

test("the colours of a picture with a profile of its own are the same in all sizes", { timeout: 60_000 }, async () => {
  const folder = temporary();
  mkdirSync(join(folder, "content"));
  const plain = await browser.newPage();
  const url = await plain.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 600, height: 300 });
    const paint = canvas.getContext("2d");
    paint.fillStyle = "rgb(220 40 40)";
    paint.fillRect(0, 0, 600, 300);
    return canvas.toDataURL("image/png");
  });
  await plain.close();
  const png = Buffer.from(url.split(",")[1], "base64");
  writeFileSync(join(folder, "explainer.toml"), 'title = "Colours"\n');
  writeFileSync(join(folder, "content", "usual.png"), png);
  writeFileSync(join(folder, "content", "own.png"), coloured(png, swapped()));
  writeFileSync(join(folder, "content", "01-a.md"), "# Colours\n\n![Red](usual.png)\n\n![Green](own.png)\n\n[The file](own.png)\n");
  const origin = await publish({ folder });
  const { context, wrong } = await watched(browser, origin, { viewport: { width: 400, height: 2000 } });
  const tab = await context.newPage();
  await tab.goto(`${origin}/a/`);
  const near = ([r, g, b], [x, y, z]) => Math.abs(r - x) < 12 && Math.abs(g - y) < 12 && Math.abs(b - z) < 12;
  const shown = [];
  for (const img of await tab.locator("img").all()) {
    assert.match(await img.evaluate((img) => img.currentSrc), /-480-2\.webp$/);
    shown.push(await img.evaluate(colour));
  }
  assert.ok(near(shown[0], [220, 40, 40]), String(shown[0]));
  assert.ok(near(shown[1], [40, 220, 40]), String(shown[1]));
  // As the original is shown.
  await tab.evaluate(() => document.querySelectorAll("source").forEach((source) => source.remove()));
  const original = await tab.locator("img").last().evaluate(colour);
  assert.ok(near(original, shown[1]), `${original} and ${shown[1]}`);
  nothing(wrong, "a complaint");
  await context.close();
});
