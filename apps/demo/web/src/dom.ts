/** The element of the page with this id. */
export function byId<E extends HTMLElement = HTMLElement>(id: string): E {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element as E;
}

/** A new element. */
export function create<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: {
    readonly class?: string;
    readonly text?: string;
    readonly data?: Readonly<Record<string, string>>;
  } = {},
  ...children: readonly Node[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (properties.class !== undefined) element.className = properties.class;
  if (properties.text !== undefined) element.textContent = properties.text;
  Object.assign(element.dataset, properties.data);
  element.append(...children);
  return element;
}

/** Changes a text only if it is another one: what is as it was costs nothing. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Changes an attribute only if it is another one. */
export function setAttribute(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** Lets what scrolls be reached by keyboard, as long as it has something to scroll. */
export function reachable(element: HTMLElement): void {
  new ResizeObserver(() => {
    const scrolls =
      element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight;
    if (scrolls) element.tabIndex = 0;
    else element.removeAttribute('tabindex');
  }).observe(element);
}
