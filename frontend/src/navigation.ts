// On a phone the menu is a bar that scrolls sideways: the page that is open stands in its middle.

/** px that a list is scrolled by, so that an item stands in its middle. */
export const middle = (list: number, left: number, item: number): number => Math.max(0, left - (list - item) / 2);

export function showWhereWeAre(): void {
  const item = document.querySelector<HTMLElement>(".rail li:has([aria-current])");
  const list = item?.parentElement;
  if (item && list) list.scrollLeft = middle(list.clientWidth, item.offsetLeft, item.offsetWidth);
}
