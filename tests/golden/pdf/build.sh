#!/bin/sh
# Writes page.html (from page.txt) with LibreOffice and Chromium. Run by hand; the programs' versions are in README.md.
set -e
cd "$(dirname "$0")"
work=$(mktemp -d)
{
    echo '<!doctype html><html lang="en"><meta charset="utf-8"><title>Moving house</title>'
    echo '<body style="font:11pt serif;text-align:justify">'
    sed -e '/^$/d' -e 's/&/\&amp;/g' -e 's/.*/<p>&<\/p>/' page.txt
} >"$work/page.html"
soffice "-env:UserInstallation=file://$work/profile" --headless --convert-to pdf:writer_web_pdf_Export \
    --outdir "$work" "$work/page.html" >/dev/null
mv "$work/page.pdf" libreoffice.pdf
chromium --headless --no-sandbox --disable-gpu --no-pdf-header-footer --print-to-pdf="$work/out.pdf" \
    "$work/page.html" 2>/dev/null
mv "$work/out.pdf" chromium.pdf
rm -r "$work"
