import type { Definition, State } from './language.ts';

/**
 * A state machine as a Mermaid diagram (mermaid.js.org/syntax/stateDiagram.html). Drawn from the definition that is
 * deployed, in the order of its states, so the same definition gives the same text.
 */
export function draw(definition: Definition): string {
  const names = new Map(Object.keys(definition.States).map((name, n) => [name, `s${n}`]));
  const id = (name: string): string => names.get(name) ?? name;
  const lines = ['stateDiagram-v2', '  direction TB', '  classDef decision font-style:italic'];
  for (const [name, state] of Object.entries(definition.States))
    lines.push(`  ${declaration(id(name), name, state)}`);
  lines.push(`  [*] --> ${id(definition.StartAt)}`);
  for (const [name, state] of Object.entries(definition.States))
    for (const arrow of arrows(state)) {
      const to = arrow.to === undefined ? '[*]' : id(arrow.to);
      lines.push(`  ${id(name)} --> ${to}${arrow.label === undefined ? '' : `: ${arrow.label}`}`);
    }
  return lines.join('\n');
}

function declaration(id: string, name: string, state: State): string {
  const label = state.Type === 'Map' ? `${name} (one child per shard)` : name;
  return state.Type === 'Choice'
    ? `state "${label}" as ${id}\n  class ${id} decision`
    : `state "${label}" as ${id}`;
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
      const caught = (state.Catch ?? []).map((catcher) => ({ to: catcher.Next, label: 'on error' }));
      // Where an error leads to the same state as success, one arrow says it.
      return [next, ...caught.filter(({ to }) => !('to' in next) || to !== next.to)];
    }
  }
}

/** Outcomes that lead to the same state share an arrow. */
function merged(all: readonly { readonly to: string; readonly label: string }[]): Arrow[] {
  const byTarget = Map.groupBy(all, ({ to }) => to);
  return [...byTarget].map(([to, same]) => ({ to, label: same.map(({ label }) => label).join(', ') }));
}
