/** The colours of the charts, which are those of the style sheet. */
export interface Theme {
  readonly grid: string;
  readonly soft: string;
  readonly accent: string;
  readonly memory: string;
  readonly syncing: string;
}

/** Reads the colours that hold now. */
export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    grid: colour('grid'),
    soft: colour('soft'),
    accent: colour('accent'),
    memory: colour('memory'),
    syncing: colour('syncing'),
  };
}

/** Calls when the scheme changes between light and dark. */
export function onSchemeChange(listener: () => void): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', listener);
}
