// Every page, by the checker that the W3C itself offers (Nu Html Checker): HTML, styles, drawings.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { build, fixture, nothing, sites, temporary } from "./lib.mjs";

const jar = join(dirname(fileURLToPath(import.meta.url)), "node_modules", "vnu-jar", "build", "dist", "vnu.jar");

/** What the checker says of the files in some folders. */
function check(...folders) {
  const args = ["-jar", jar, "--skip-non-html", "--also-check-css", "--also-check-svg", "--format", "json", ...folders];
  const { stderr, error } = spawnSync("java", args, { encoding: "utf8", maxBuffer: 1 << 28 });
  if (error) throw error;
  return JSON.parse(stderr).messages;
}

test("the Nu checker finds no error on any page of any site and theme", { timeout: 700_000 }, () => {
  // For a host and for a disk: a theme over another shares the templates that tell these apart.
  const folders = sites.flatMap((site) => (site.theme ? [build(site)] : [build(site), build(site, "--portable")]));
  const errors = check(...folders).filter(({ type }) => type === "error" || type === "non-document-error");
  nothing(errors.map(({ url, lastLine, message }) => `${url}:${lastLine}: ${message}`), "an error of HTML");
});

test("and it would find one", { timeout: 200_000 }, () => {
  const source = temporary();
  cpSync(fixture, source, { recursive: true });
  writeFileSync(join(source, "content", "about-us.md"), "# Faulty\n\n<center>An element that HTML has given up.</center>\n");
  const folder = build({ folder: source });
  const found = check(folder).filter(({ type }) => type === "error");
  assert.ok(found.some(({ message }) => message.includes("center")), JSON.stringify(found));
});
