import { milliseconds, speak } from '../../core/time/instant.ts';
import { draw } from './draw.ts';
import type { Definition, State } from './language.ts';

/** The page of one machine under docs/state-machines: its picture, and per state what runs there and how long it may. */
export function page(name: string, definition: Definition): string {
  const rows = Object.entries(definition.States).map(([state, body]) => row(state, body));
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
      return [taskOf(state.Resource), limit(state.TimeoutSeconds), retried(state)];
    case 'Map': {
      const child = Object.values(state.ItemProcessor.States).find((inner) => inner.Type === 'Task');
      const runs = `${child ? taskOf(child.Resource) : ''} for each shard, ${state.MaxConcurrency} at a time`;
      return [runs, child ? `${limit(child.TimeoutSeconds)} each` : '', child ? retried(child) : ''];
    }
    case 'Wait':
      return [`waits for \`${state.SecondsPath}\` seconds`, '', ''];
    case 'Choice':
      return [`looks at \`${state.Choices[0]?.Variable ?? ''}\``, '', ''];
    case 'Succeed':
      return [state.Comment ?? '', '', ''];
    case 'Fail':
      return [`${state.Error}: ${state.Cause}`, '', ''];
  }
}

const taskOf = (resource: string): string => `\`${/^\$\{(\w+)\}$/.exec(resource)?.[1] ?? resource}\``;

/** Lambda's own hiccups are retried everywhere, so only our own names say something. */
const retried = (state: Extract<State, { readonly Type: 'Task' }>): string =>
  state.Retry.flatMap((retrier) => retrier.ErrorEquals)
    .filter((name) => !name.includes('.'))
    .join(', ');
