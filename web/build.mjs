// Builds the front end into dist/: one style sheet, one script, fonts, an icon sprite with only the icons listed in
// src/icons.json, and the mark. Every file is named by its content and has a brotli twin where that helps;
// dist/manifest.json, written last, maps the plain names to the real ones. Works without a network after `npm ci`.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

const here = import.meta.dirname;
const source = join(here, "src");
const dist = join(here, "dist");
const templates = join(here, "..", "crates", "app", "templates");

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
const manifest = {
  ...(await bundle()),
  "sprite.svg": await named("sprite.svg", await sprite()),
  "icon.svg": await named("icon.svg", await readFile(join(source, "mark", "icon.svg"))),
  "licences.txt": await named("licences.txt", await licences()),
};
await compress(Object.values(manifest));
await writeFile(join(dist, "manifest.json"), `${JSON.stringify(manifest, Object.keys(manifest).sort(), 2)}\n`);

/** Bundles CSS and TypeScript; answers { "app.css": "app-HASH.css", ..., "atkinson.woff2": ... }. */
async function bundle() {
  const { metafile } = await build({
    absWorkingDir: here,
    entryPoints: [{ in: "src/css/app.css", out: "app" }, { in: "src/ts/app.ts", out: "app" }],
    outdir: "dist",
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    format: "esm",
    target: ["safari16.4", "chrome120", "firefox121"],
    loader: { ".woff2": "file" },
    metafile: true,
    logLevel: "warning",
  });
  const names = {};
  for (const path of Object.keys(metafile.outputs)) {
    const file = basename(path);
    names[file.replace(/-[A-Z0-9]{8}(?=\.\w+$)/, "")] = file;
  }
  for (const face of ["atkinson-hyperlegible-next", "familjen-grotesk"]) {
    const long = `${face}-latin-wght-normal.woff2`;
    if (!names[long]) throw new Error(`The font ${long} is not in the bundle: see src/css/fonts.css.`);
  }
  return names;
}

/** One <symbol> an icon. Fails on an icon that lucide does not have, and on one that a template asks for and the list lacks. */
async function sprite() {
  const icons = JSON.parse(await readFile(join(source, "icons.json"), "utf8"));
  const missing = [...(await iconsInTemplates())].filter((id) => !(id in icons));
  if (missing.length > 0) throw new Error(`Templates use icons that src/icons.json lacks: ${missing.join(", ")}.`);
  const symbols = await Promise.all(Object.entries(icons).map(async ([id, name]) => {
    const svg = await readFile(join(here, "node_modules", "lucide-static", "icons", `${name}.svg`), "utf8");
    const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    return `<symbol id="${id}" viewBox="0 0 24 24">${shapes.replace(/\s+/g, " ").trim()}</symbol>`;
  }));
  const licence = "<!-- Icons: lucide, ISC licence -->";
  return `<svg xmlns="http://www.w3.org/2000/svg">${licence}${symbols.join("")}</svg>\n`;
}

/** Every literal in an icon("...") call of the templates. Names that Rust passes in are held by the app's own tests. */
async function iconsInTemplates() {
  const used = new Set();
  const files = await readdir(templates, { recursive: true }).catch((error) => {
    if (error.code === "ENOENT") return []; // a front end built alone, as in a container stage that copies only web/
    throw error;
  });
  for (const file of files.filter((name) => name.endsWith(".html"))) {
    const text = await readFile(join(templates, file), "utf8");
    for (const [, id] of text.matchAll(/\bicon\("([a-z0-9-]+)"\)/g)) used.add(id);
  }
  return used;
}

/** The licences that fonts and icons ask us to pass on with them. */
async function licences() {
  const texts = ["@fontsource-variable/atkinson-hyperlegible-next", "@fontsource-variable/familjen-grotesk", "lucide-static"];
  const parts = texts.map(async (name) => `${name}\n\n${await readFile(join(here, "node_modules", name, "LICENSE"), "utf8")}`);
  return (await Promise.all(parts)).join(`\n\n${"-".repeat(72)}\n\n`);
}

/** Writes `content` under a name that carries its hash, and answers that name. */
async function named(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  const end = extname(name);
  const file = `${basename(name, end)}-${hash}${end}`;
  await writeFile(join(dist, file), content);
  return file;
}

/** Writes FILE.br beside each text file; fonts are compressed already. */
async function compress(files) {
  const options = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  await Promise.all(files.filter((file) => !file.endsWith(".woff2")).map(async (file) => {
    const packed = await promisify(brotliCompress)(await readFile(join(dist, file)), options);
    await writeFile(join(dist, `${file}.br`), packed);
  }));
}
