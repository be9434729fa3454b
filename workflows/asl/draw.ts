import { type Catcher, type Definition, type State, startsChildren } from './language.ts';

/**
 * A state machine as a Mermaid diagram (mermaid.js.org/syntax/stateDiagram.html). Drawn from the definition that is
 * deployed, in the order of its states, so the same definition gives the same text.
 */
export function draw(definition: Definition): string {
  return [
    'stateDiagram-v2',
    '  direction TB',
    '  classDef decision font-style:italic',
    ...drawn(definition, 's', '  '),
  ].join('\n');
}

/** The states of a machine, or of what a Map does for each of a list: those are drawn inside of it. */
function drawn(
  { StartAt, States: states }: Pick<Definition, 'StartAt' | 'States'>,
  prefix: string,
  indent: string,
): readonly string[] {
  const names = new Map(Object.keys(states).map((name, n) => [name, `${prefix}${n}`]));
  const id = (name: string): string => names.get(name) ?? name;
  const all = Object.entries(states);
  const lines = [
    ...all.flatMap(([name, state]) => declaration(id(name), name, state)),
    `[*] --> ${id(StartAt)}`,
    ...all.flatMap(([name, state]) =>
      arrows(state).map(({ to, label }) => {
        const end = to === undefined ? '[*]' : id(to);
        return `${id(name)} --> ${end}${label === undefined ? '' : `: ${label}`}`;
      }),
    ),
  ];
  return lines.map((line) => `${indent}${line}`);
}

function declaration(id: string, name: string, state: State): readonly string[] {
  if (state.Type === 'Choice') return [`state "${name}" as ${id}`, `class ${id} decision`];
  if (state.Type !== 'Map') return [`state "${name}" as ${id}`];
  if (startsChildren(state)) return [`state "${name} (one child per shard)" as ${id}`];
  const inner = drawn(state.ItemProcessor, `${id}x`, '  ');
  return [`state "${name} (each)" as ${id} {`, ...inner, '}'];
}

interface Arrow {
  /** Absent: the execution ends. */
  readonly to?: string;
  readonly label?: string;
}

function arrows(state: State): readonly Arrow[] {
  switch (state.Type) {
    case 'Choice':
      return merged([
        ...state.Choices.map((rule) => ({ to: rule.Next, label: rule.StringEquals })),
        { to: state.Default, label: 'anything else' },
      ]);
    case 'Succeed':
      return [{ label: 'succeeded' }];
    case 'Fail':
      return [{ label: `failed as ${state.Error}` }];
    case 'Wait':
      return [{ to: state.Next }];
    default: {
      const next = 'Next' in state ? { to: state.Next } : { label: 'done' };
      const caught = (state.Catch ?? []).map((catcher) => ({
        to: catcher.Next,
        label: onWhat(catcher),
      }));
      // Where an error leads to the same state as success, one arrow says it.
      return [next, ...caught.filter(({ to }) => !('to' in next) || to !== next.to)];
    }
  }
}

function onWhat({ ErrorEquals }: Catcher): string {
  if (ErrorEquals.includes('States.ALL')) return 'on error';
  return ErrorEquals.length === 1 ? 'on silence' : 'when its tries are used up';
}

/** Outcomes that lead to the same state share an arrow. */
function merged(all: readonly { readonly to: string; readonly label: string }[]): Arrow[] {
  const byTarget = Map.groupBy(all, ({ to }) => to);
  return [...byTarget].map(([to, same]) => ({ to, label: same.map(({ label }) => label).join(', ') }));
}
