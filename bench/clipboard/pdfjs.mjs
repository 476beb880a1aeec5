// Print the text of a PDF as the viewer of pdf.js copies it: node pdfjs.mjs MODULE_FOLDER FILE
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const [folder, file] = process.argv.slice(2);
const library = join(folder, "node_modules", "pdfjs-dist");
const { getDocument, normalizeUnicode } = await import(
  pathToFileURL(join(library, "legacy", "build", "pdf.mjs"))
);
const pdf = await getDocument({
  data: new Uint8Array(await readFile(file)),
  verbosity: 0,
  useSystemFonts: false,
  standardFontDataUrl: join(library, "standard_fonts") + "/",
  cMapUrl: join(library, "cmaps") + "/",
}).promise;
const pages = [];
for (let number = 1; number <= pdf.numPages; number++) {
  const { items } = await (await pdf.getPage(number)).getTextContent();
  pages.push(items.map((item) => (item.str ?? "") + (item.hasEOL ? "\n" : "")).join(""));
}
process.stdout.write((normalizeUnicode ?? String)(pages.join("\n").replaceAll("\0", "")));
