"""Pictures of an exhibit: PNG, JPEG, WebP, TIFF, GIF, BMP, AVIF, HEIC, and the pages of a PDF as pictures."""
