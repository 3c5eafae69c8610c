// Runs in a page: what a PNG shows, in at most 256 colours. Text that is smoothed in grey has few more than that.
const COLOURS = 256;

globalThis.fewerColours = async (png) => {
  const image = await createImageBitmap(await (await fetch(png)).blob());
  const { width, height } = image;
  const canvas = new OffscreenCanvas(width, height).getContext('2d');
  canvas.drawImage(image, 0, 0);
  const { data } = canvas.getImageData(0, 0, width, height);
  const counts = new Map();
  const colourAt = (pixel) => (data[4 * pixel] << 16) | (data[4 * pixel + 1] << 8) | data[4 * pixel + 2];
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const colour = colourAt(pixel);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const byCount = [...counts].toSorted(([, one], [, other]) => other - one).map(([colour]) => colour);
  const palette = byCount.slice(0, COLOURS);
  const indexOf = new Map(byCount.map((colour) => [colour, palette.indexOf(nearest(palette, colour))]));
  let pixels = '';
  for (let pixel = 0; pixel < width * height; pixel += 1) pixels += String.fromCharCode(indexOf.get(colourAt(pixel)));
  return { width, height, palette, pixels: btoa(pixels) };
};

function nearest(palette, colour) {
  const distance = (one) =>
    [16, 8, 0].reduce((sum, shift) => sum + (((one >> shift) & 255) - ((colour >> shift) & 255)) ** 2, 0);
  return palette.reduce((best, one) => (distance(one) < distance(best) ? one : best));
}
