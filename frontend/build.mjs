// Builds src/ and css/ into playground/static/build/. `--watch` rebuilds on change.
//
// base.js is a classic script, because it runs in <head> before the first paint (the remembered theme); the others are
// ES modules that share chunks, so that the editor is one file which a lesson fetches only when a cell is edited.
// Fingerprints are Django's business (ManifestStaticFilesStorage); chunks carry their hash already.

import { rm, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const outdir = join(here, "..", "playground", "static", "build");
const watch = process.argv.includes("--watch");

const shared = {
  absWorkingDir: here,
  bundle: true,
  minify: !watch,
  sourcemap: watch ? "inline" : false,
  target: ["chrome123", "firefox121", "safari17.5"],
  logLevel: "warning",
  legalComments: "none",
  charset: "utf8",
};

const parts = [
  { ...shared, entryPoints: ["src/base.js"], format: "iife", outdir },
  {
    ...shared,
    entryPoints: ["src/challenge.js", "src/lesson.js", "src/play.js", "src/submission.js", "src/leaderboard.js", "src/level.js", "src/outcomes.js", "src/interleaving.js", "src/finding.js"],
    format: "esm",
    splitting: true,
    chunkNames: "chunk-[hash]",
    outdir,
  },
  { ...shared, entryPoints: ["css/base.css", "css/workbench.css"], outdir },
];

await rm(outdir, { recursive: true, force: true });
await mkdir(outdir, { recursive: true });

if (watch) {
  for (const part of parts) await (await esbuild.context(part)).watch();
  console.log(`watching; output in ${outdir}`);
} else {
  await Promise.all(parts.map((part) => esbuild.build(part)));
}
