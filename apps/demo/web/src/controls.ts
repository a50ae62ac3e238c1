import { type Action, DELAYS, LOADS, type Rig } from '../../src/web/protocol.js';
import { byId, create, setAttribute, setText } from './dom.js';

interface Control {
  readonly words: string;
  readonly action: Action;
  /** Why it makes no sense now; `undefined` if it does. */
  readonly refusal?: (rig: Rig) => string | undefined;
  /** One of several that hold in turn: whether it does. */
  readonly holds?: (rig: Rig) => boolean;
  readonly half?: boolean;
}

interface Group {
  readonly title: string;
  readonly segmented?: boolean;
  readonly controls: readonly Control[];
}

const dead = ({ process }: Rig) => (process === 'dead' ? 'redis-server does not run' : undefined);

const GROUPS: readonly Group[] = [
  {
    title: 'redis-server',
    controls: [
      { words: 'Kill -9', action: { do: 'kill' }, refusal: dead },
      {
        words: 'Freeze',
        action: { do: 'freeze' },
        refusal: (rig) => dead(rig) ?? (rig.process === 'frozen' ? 'it is frozen' : undefined),
      },
      {
        words: 'Resume',
        action: { do: 'resume' },
        refusal: (rig) => dead(rig) ?? (rig.process === 'running' ? 'it is not frozen' : undefined),
      },
      { words: 'Restart with data', action: { do: 'restart', empty: false }, half: true },
      { words: 'Restart empty', action: { do: 'restart', empty: true }, half: true },
    ],
  },
  {
    title: 'Network',
    controls: [
      {
        words: 'Cut',
        action: { do: 'cut' },
        refusal: ({ network }) => (network === 'cut' ? 'it is cut' : undefined),
        half: true,
      },
      {
        words: 'Reconnect',
        action: { do: 'reconnect' },
        refusal: ({ network }) => (network === 'open' ? 'it is not cut' : undefined),
        half: true,
      },
    ],
  },
  {
    title: 'Longer round trips',
    segmented: true,
    controls: DELAYS.map((ms) => ({
      words: ms === 0 ? 'none' : ms < 1000 ? `+${ms} ms` : `+${ms / 1000} s`,
      action: { do: 'slow', ms },
      holds: ({ delay }) => delay === ms,
    })),
  },
  {
    title: 'Load',
    segmented: true,
    controls: LOADS.map((level) => ({
      words: level,
      action: { do: 'load', level },
      holds: ({ load }) => load === level,
    })),
  },
];

/** The buttons. One that makes no sense now stays where it is, and in the order of the keyboard, but says so. */
export class Controls {
  readonly #buttons: { readonly button: HTMLButtonElement; readonly control: Control }[] = [];
  readonly #refusal = byId('refusal');
  readonly #send: (action: Action) => Promise<void>;

  constructor(holder: HTMLElement, send: (action: Action) => Promise<void>) {
    this.#send = send;
    for (const { title, segmented, controls } of GROUPS) {
      const row = create('div', { class: segmented ? 'segments' : 'row' });
      for (const control of controls) row.append(this.#button(control));
      holder.append(create('fieldset', {}, create('legend', { text: title }), row));
    }
  }

  draw(rig: Rig | null): void {
    if (rig === null) return;
    for (const { button, control } of this.#buttons) {
      const refusal = control.refusal?.(rig);
      setAttribute(button, 'aria-disabled', String(refusal !== undefined));
      if (button.title !== (refusal ?? '')) button.title = refusal ?? '';
      if (control.holds) setAttribute(button, 'aria-pressed', String(control.holds(rig)));
    }
  }

  #button(control: Control): HTMLButtonElement {
    const button = create('button', { text: control.words, class: control.half ? 'half' : '' });
    button.type = 'button';
    button.addEventListener('click', () => void this.#press(button, control));
    this.#buttons.push({ button, control });
    return button;
  }

  async #press(button: HTMLButtonElement, { action }: Control): Promise<void> {
    if (button.getAttribute('aria-busy') === 'true') return;
    if (button.getAttribute('aria-disabled') === 'true') {
      setText(this.#refusal, `Not now: ${button.title}.`);
      return;
    }
    setText(this.#refusal, '');
    button.setAttribute('aria-busy', 'true');
    try {
      await this.#send(action);
    } catch (error) {
      setText(this.#refusal, error instanceof Error ? error.message : String(error));
    } finally {
      button.removeAttribute('aria-busy');
    }
  }
}
