/** The one place that loads sharp (libvips), set up for many small images: no caches, one thread an image. */
import sharp from 'sharp'

// libvips remembers files by path and would show an old picture after the file was replaced.
sharp.cache(false)
// Images are decoded side by side on libuv's threads; threads inside one image would only add overhead.
sharp.concurrency(1)

export { sharp }
