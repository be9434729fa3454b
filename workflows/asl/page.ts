import { milliseconds, speak } from '../../core/time/instant.ts';
import { draw } from './draw.ts';
import {
  type Definition,
  nestedKeyOf,
  runsMachine,
  type State,
  startsChildren,
  statesOf,
  taskOf,
  waitsForToken,
} from './language.ts';

/** The page of one machine under docs/state-machines: its picture, and per state what runs there and how long it may. */
export function page(name: string, definition: Definition): string {
  // What runs for each shard stands in the row of its Map; what an inline Map does for each has rows of its own.
  const hidden = new Set(
    Object.values(definition.States).flatMap((state) =>
      startsChildren(state) ? Object.keys(state.ItemProcessor.States) : [],
    ),
  );
  const rows = statesOf(definition.States)
    .filter(([state]) => !hidden.has(state))
    .map(([state, body]) => row(state, body));
  return [
    `# holdfast-${name}`,
    '',
    `${definition.Comment} It gives up after ${limit(definition.TimeoutSeconds)}.`,
    '',
    '```mermaid',
    draw(definition),
    '```',
    '',
    '| state | runs | at most | tried again on |',
    '|---|---|---|---|',
    ...rows,
    '',
    'Drawn by `npm run draw` from the definition that is deployed.',
    '',
  ].join('\n');
}

const limit = (seconds: number): string => speak(milliseconds(seconds * 1_000));

function row(name: string, state: State): string {
  const cells = [name, ...facts(state)];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function facts(state: State): readonly string[] {
  switch (state.Type) {
    case 'Task':
      return taskFacts(state);
    case 'Map': {
      if (!startsChildren(state))
        return [`what follows for each of \`${state.ItemsPath}\`, ${state.MaxConcurrency} at a time`, '', ''];
      const child = Object.values(state.ItemProcessor.States).find((inner) => inner.Type === 'Task');
      const [runs = '', time = '', again = ''] = child ? taskFacts(child) : [];
      return [
        `${runs} for each shard, ${state.MaxConcurrency} at a time`,
        child ? `${time} each` : '',
        again,
      ];
    }
    case 'Wait':
      return 'Seconds' in state
        ? [`waits: ${state.Comment ?? ''}`, `${state.Seconds} s`, '']
        : [`waits for \`${state.SecondsPath}\` seconds`, '', ''];
    case 'Choice':
      return [`looks at \`${state.Choices[0]?.Variable ?? ''}\``, '', ''];
    case 'Succeed':
      return [state.Comment ?? '', '', ''];
    case 'Fail':
      return [`${state.Error}: ${state.Cause}`, '', ''];
  }
}

function taskFacts(state: Extract<State, { readonly Type: 'Task' }>): readonly string[] {
  if (runsMachine(state)) {
    const machine = (nestedKeyOf(state) ?? '').replace(/^Machine/, '').toLowerCase();
    return [`the machine \`holdfast-${machine}\``, limit(state.TimeoutSeconds), ''];
  }
  const task = `\`${taskOf(state) ?? ''}\``;
  if (waitsForToken(state))
    return [`${task}, and waits for an answer`, `\`${state.TimeoutSecondsPath}\` seconds`, retried(state)];
  return [task, limit(state.TimeoutSeconds), retried(state)];
}

/** Lambda's own hiccups are retried everywhere, so only our own names say something. */
const retried = (state: Extract<State, { readonly Type: 'Task' }>): string =>
  state.Retry.flatMap((retrier) => retrier.ErrorEquals)
    .filter((name) => !name.includes('.'))
    .join(', ');
