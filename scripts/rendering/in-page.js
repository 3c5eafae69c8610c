// Runs in the page that screen.ts opens, beside mermaid: shows HTML there, and says what is seen of it.
const main = document.querySelector('main');
const MARKS = '.pieCircle, [class*="-plot-"] :is(rect, path)';

/** As GitHub sets mermaid up: by the theme of the page, and strictly. */
globalThis.prepare = (theme) =>
  globalThis.mermaid.initialize({
    startOnLoad: false,
    securityLevel: 'strict',
    theme: theme === 'dark' ? 'dark' : 'default',
  });

/** With what went wrong in a drawing, in mermaid's words. */
globalThis.show = async (html) => {
  main.innerHTML = html;
  const wrong = [];
  for (const [index, code] of [...main.querySelectorAll('pre > code.language-mermaid')].entries()) {
    const place = document.createElement('div');
    place.className = 'mermaid';
    try {
      const { svg } = await globalThis.mermaid.render(`drawing-${index}`, code.textContent);
      place.innerHTML = svg;
    } catch (error) {
      wrong.push(String(error));
      place.textContent = 'Unable to render rich display';
    }
    code.parentElement.replaceWith(place);
  }
  return wrong;
};

globalThis.look = () => {
  const drawings = [...main.querySelectorAll('.mermaid > svg')];
  // An `i` without content is how text is kept from becoming a link: rollout/escape.ts.
  const elements = [...main.querySelectorAll('*:not(i:empty)')].filter((one) => one.closest('.mermaid') === null);
  return {
    height: main.offsetHeight,
    tooWide: tooWide(drawings),
    contrasts: drawings.flatMap((svg) => [...svg.querySelectorAll('text')].flatMap(contrastOf)),
    marks: drawings.flatMap((svg) => [...svg.querySelectorAll(MARKS)].map(markOf)),
    drawings: drawings.map((svg) => svg.getAttribute('aria-roledescription')),
    texts: textNodes((parent) => parent.closest('code, .mermaid') === null),
    codes: [...main.querySelectorAll('code:not(pre > code)')].map((code) => ({
      text: code.textContent,
      copied: copied(code),
    })),
    elements: [...new Set(elements.map((one) => one.localName))],
    attributes: [
      ...new Set(elements.flatMap((one) => one.getAttributeNames().map((name) => `${one.localName}.${name}`))),
    ],
    whole: main.textContent,
    title: document.title,
    links: [...main.querySelectorAll('a')].map((link) => link.href),
  };
};

function tooWide(drawings) {
  const { width } = main.getBoundingClientRect();
  const named = (one) => `${one.localName} of ${one.scrollWidth} px: ${one.textContent.trim().slice(0, 60)}`;
  const page = document.documentElement;
  return [
    ...(page.scrollWidth > page.clientWidth ? [`the document of ${page.scrollWidth} px`] : []),
    ...[...main.querySelectorAll('table, pre')].filter((one) => one.scrollWidth > one.clientWidth).map(named),
    ...drawings.filter((svg) => svg.getBoundingClientRect().width > width).map((svg) => `drawing ${svg.id}`),
    // Mermaid cuts off what it has no room for.
    ...drawings.flatMap((svg) => [...svg.querySelectorAll('text')].filter((text) => isCut(svg, text)).map(named)),
  ];
}

function isCut(svg, text) {
  const [outer, inner] = [svg.getBoundingClientRect(), text.getBoundingClientRect()];
  return inner.left < outer.left - 1 || inner.right > outer.right + 1;
}

function textNodes(isWanted) {
  const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) if (isWanted(walker.currentNode.parentElement)) found.push(walker.currentNode.data);
  return found.filter((text) => text.trim() !== '');
}

/** What the clipboard would hold. What is in closed details cannot be selected, so they are opened meanwhile. */
function copied(element) {
  const closed = [];
  for (let one = element.closest('details:not([open])'); one !== null; one = element.closest('details:not([open])')) {
    one.open = true;
    closed.push(one);
  }
  const selection = getSelection();
  selection.selectAllChildren(element);
  const text = selection.toString();
  selection.removeAllRanges();
  for (const one of closed) one.open = false;
  return text;
}

function contrastOf(text) {
  const box = text.getBoundingClientRect();
  if (text.textContent.trim() === '' || box.width === 0) return [];
  const behind = backgroundAt(box.left + box.width / 2, box.top + box.height / 2);
  const style = getComputedStyle(text);
  const colour = over(paint(style.fill, style.fillOpacity * opacityOf(text)), behind);
  return [{ text: text.textContent.trim(), ratio: ratio(colour, behind) }];
}

/** A slice, a bar or a line: seen by what fills it or by its outline, whichever stands out. */
function markOf(mark) {
  const box = mark.getBoundingClientRect();
  const behind = backgroundAt(box.left + box.width / 2, box.top + box.height / 2, mark);
  const { fill, stroke } = getComputedStyle(mark);
  const ratios = [fill, stroke].map((colour) => ratio(over(paint(colour, opacityOf(mark)), behind), behind));
  return { text: `${mark.localName} ${mark.getAttribute('class') ?? ''}`.trim(), ratio: Math.max(...ratios) };
}

/** What is painted at a point under all text, from the page upwards; only what is below `above`, where that is given. */
function backgroundAt(x, y, above) {
  const hit = document.elementsFromPoint(x, y);
  const shapes = hit
    .slice(hit.indexOf(above) + 1)
    .filter(
      (one) => one.closest('.mermaid svg') !== null && /^(?:path|rect|circle|ellipse|polygon)$/.test(one.localName),
    );
  return shapes.toReversed().reduce((behind, shape) => {
    const { fill, fillOpacity } = getComputedStyle(shape);
    return over(paint(fill, fillOpacity * opacityOf(shape)), behind);
  }, pageColour());
}

function pageColour() {
  return paint(getComputedStyle(document.body).backgroundColor, 1);
}

function opacityOf(element) {
  let opacity = 1;
  for (let one = element; one !== null && one !== main; one = one.parentElement)
    opacity *= Number(getComputedStyle(one).opacity);
  return opacity;
}

/** Red, green and blue from 0 to 255, and opacity; computed colours are `rgb()`, `rgba()` or `none`. */
function paint(colour, opacity) {
  const [red, green, blue, alpha = 1] = (colour.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  return [red, green, blue, alpha * Number(opacity)];
}

function over([red, green, blue, alpha], [backRed, backGreen, backBlue]) {
  const mixed = (front, back) => front * alpha + back * (1 - alpha);
  return [mixed(red, backRed), mixed(green, backGreen), mixed(blue, backBlue), 1];
}

/** WCAG 2.2, relative luminance and contrast ratio. */
function ratio(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour) {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
