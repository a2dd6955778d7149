/**
 * Gives the page's button its meaning: light or dark, at first as the system has it. Tells whenever colours
 * have changed, also for paper, which is always light.
 */
export function startTheme(onChange: (isForPaper: boolean) => void): void {
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const button = document.querySelector<HTMLButtonElement>('#theme');
  const isDark = (): boolean =>
    (root.dataset['theme'] ?? (system.matches ? 'dark' : 'light')) === 'dark';
  const show = (): void => {
    if (button) button.textContent = isDark() ? 'Light' : 'Dark';
    button?.setAttribute('aria-label', isDark() ? 'Use light colours' : 'Use dark colours');
    onChange(false);
  };
  if (button) {
    button.hidden = false;
    button.addEventListener('click', () => {
      root.dataset['theme'] = isDark() ? 'light' : 'dark';
      show();
    });
  }
  system.addEventListener('change', show);
  const print = (isForPaper: boolean): void => {
    root.classList.toggle('printing', isForPaper);
    onChange(isForPaper);
  };
  addEventListener('beforeprint', () => print(true));
  addEventListener('afterprint', () => print(false));
  show();
}
