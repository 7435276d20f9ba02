// Puts the files of our packages into static/vendor, from where the pages load them: copied as they were
// built, or bundled to one ES module where a package comes in pieces.
import { copyFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const vendor = `${here}static/vendor`;
const copied = {
  "htmx.org/dist/htmx.min.js": "htmx.min.js",
  "wavesurfer.js/dist/wavesurfer.esm.js": "wavesurfer.esm.js",
};
const bundled = { jssip: "jssip.esm.js", "./echarts.mjs": "echarts.esm.js" };

mkdirSync(vendor, { recursive: true });
for (const [from, to] of Object.entries(copied)) {
  copyFileSync(`${here}node_modules/${from}`, `${vendor}/${to}`);
}
for (const [entry, to] of Object.entries(bundled)) {
  buildSync({
    absWorkingDir: here, stdin: { contents: `export { default } from "${entry}";`, resolveDir: here },
    outfile: `${vendor}/${to}`, bundle: true, format: "esm", platform: "browser", minify: true,
    legalComments: "eof", logLevel: "warning",
  });
}
