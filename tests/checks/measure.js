// What tests/checks/measure.py asks of a page.
(() => {
const shown = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true })
  && !node.closest('.vh, .skip, [aria-hidden=true], [inert]') && getComputedStyle(node).clipPath === 'none';
const say = (node) => `${node.localName}${node.className?.trim ? '.' + node.className.trim().replace(/\s+/g, '.') : ''}`
  + ` ${JSON.stringify((node.ariaLabel || node.textContent || node.value || '').trim().replace(/\s+/g, ' ').slice(0, 40))}`;
const clipped = (node) => {
  for (let at = node; at; at = at.parentElement) if (getComputedStyle(at).clipPath !== 'none') return true;
  return false;
};
const texts = () => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (!node.data.trim() || parent.closest('option, script, svg, dialog:not([open])') || !shown(parent) || clipped(parent)) continue;
    found.push(node);
  }
  return found;
};
const boxes = (node) => {
  const range = document.createRange();
  range.selectNodeContents(node);
  return [...range.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
};

// What is drawn over other text, or outside of a box that hides it.
const lost = () => {
  const faults = [], all = [];
  if (document.documentElement.scrollWidth > innerWidth) {
    const widest = [...document.body.querySelectorAll('*')].filter((node) => shown(node) && !node.closest('.scroll'))
      .map((node) => [node.getBoundingClientRect().right, node]).sort((one, other) => other[0] - one[0])[0];
    faults.push(`${document.documentElement.scrollWidth - innerWidth} px wider than the window, by ${say(widest[1])}`);
  }
  for (const node of texts()) {
    for (const box of boxes(node)) all.push([box, node]);
    for (let at = node.parentElement; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (!/hidden|clip/.test(style.overflowX + style.overflowY) || at.matches('.scroll, .vh')) continue;
      const outer = at.getBoundingClientRect();
      if (boxes(node).some((box) => box.right > outer.right + 2 || box.bottom > outer.bottom + 4))
        faults.push(`cut: ${say(node.parentElement)} in ${say(at)}`);
    }
  }
  all.sort((one, other) => one[0].top - other[0].top);
  for (let one = 0; one < all.length; one++) {
    const [a, from] = all[one];
    for (let other = one + 1; other < all.length && all[other][0].top < a.bottom - 5; other++) {
      const [b, to] = all[other];
      if (from === to || from.parentElement.closest('.live') || to.parentElement.closest('.live')) continue;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left), high = Math.min(a.bottom, b.bottom) - b.top;
      if (wide > 3 && high > Math.max(5, Math.min(a.height, b.height) * 0.3)) faults.push(`${say(from.parentElement)} overlaps ${say(to.parentElement)}`);
    }
  }
  return [...new Set(faults)];
};

// Controls smaller than `least`, save links within a sentence; a label around a control belongs to it.
const small = (least) => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .filter(shown).flatMap((node) => {
    const own = getComputedStyle(node);
    const beside = [...node.parentElement.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
    if (node.localName === 'a' && own.display === 'inline' && (beside || node.closest('p, .facts dd'))) return [];
    const label = node.closest('label') ?? (node.matches('[type=radio], [type=checkbox]') ? node.labels?.[0] : null);
    const sizes = [node, label].filter(Boolean).map((each) => each.getBoundingClientRect());
    const wide = Math.max(...sizes.map((box) => box.width)), high = Math.max(...sizes.map((box) => box.height));
    return wide < least - 0.5 || high < least - 0.5 ? [`${say(node)} is ${wide.toFixed(0)} by ${high.toFixed(0)} px`] : [];
  });

// Contrast, by the colours in effect.
const pixel = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
const rgba = (colour) => {
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = colour;
  pixel.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = pixel.getImageData(0, 0, 1, 1).data;
  return [red, green, blue, alpha / 255];
};
const over = ([r, g, b, alpha], ground) => [r, g, b].map((each, at) => each * alpha + ground[at] * (1 - alpha));
const ground = (node) => {
  if (!node) return rgba(getComputedStyle(document.documentElement).backgroundColor).slice(0, 3);
  const own = rgba(getComputedStyle(node).backgroundColor);
  return own[3] === 1 ? own.slice(0, 3) : over(own, ground(node.parentElement));
};
const light = (colour) => {
  const [r, g, b] = colour.map((each) => each / 255).map((each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ratio = (one, other) => {
  const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
};
const against = (colour, back) => ratio(over(rgba(colour), back), back);
const faint = () => {
  const faults = [], note = (node, what, found, least) => {
    if (found < least - 0.005) faults.push(`${what} of ${say(node)} has ${found.toFixed(2)} of ${least}`);
  };
  for (const node of new Set(texts().map((each) => each.parentElement)))
    note(node, 'text', against(getComputedStyle(node).color, ground(node)), 4.5);
  for (const node of document.querySelectorAll('input:not([type=hidden]), select, textarea')) {
    if (!shown(node) || getComputedStyle(node).appearance === 'auto' && node.matches('[type=radio], [type=checkbox]')) continue;
    const style = getComputedStyle(node);
    note(node, 'value', against(style.color, ground(node)), 4.5);
    note(node, 'border', against(style.borderBlockStartColor, ground(node.parentElement)), 3);
  }
  for (const node of document.querySelectorAll('.button:not(.button--quiet)')) {
    if (!shown(node)) continue;
    const style = getComputedStyle(node), back = ground(node.parentElement);
    note(node, 'shape', Math.max(against(style.borderBlockStartColor, back), ratio(ground(node), back)), 3);
  }
  for (const node of document.querySelectorAll('svg')) {
    if (!shown(node.parentElement) || !node.getBoundingClientRect().width || node.closest('.flow, .chart, .qr')) continue;
    note(node.parentElement, 'icon', against(getComputedStyle(node).color, ground(node.parentElement)), 3);
  }
  return [...new Set(faults)];
};
globalThis.measure = { lost, small, faint, say, shown, against, ground };
})()
