import type { Template, TemplateResource } from './assembly.ts';

/**
 * The resources of a template in waves: each wave needs only what the waves before it have made. What is in one wave
 * changes at the same time.
 */
export function wavesOf(template: Template): readonly (readonly string[])[] {
  const depths = new Map<string, number>();
  const depthOf = (id: string): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    const needed = neededBy(template.Resources[id]!).filter((other) => other in template.Resources);
    const depth = Math.max(0, ...needed.map((other) => depthOf(other) + 1));
    depths.set(id, depth);
    return depth;
  };
  const waves = Map.groupBy(Object.keys(template.Resources), depthOf);
  return [...waves].sort(([a], [b]) => a - b).map(([, ids]) => ids);
}

function neededBy({ DependsOn = [], Properties = {} }: TemplateResource): string[] {
  return [...[DependsOn].flat(), ...referencesIn(Properties)];
}

/** The logical ids that `Ref`, `Fn::GetAtt` and `Fn::Sub` name; pseudo parameters among them. */
function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, argument]) => {
    if (name === 'Ref') return [String(argument)];
    if (name === 'Fn::GetAtt') return [String([argument].flat()[0]).split('.')[0]!];
    if (name === 'Fn::Sub') {
      const text = String([argument].flat()[0]);
      const named = [...text.matchAll(/\$\{(?!!)([^}.]+)/g)].map(([, id]) => id!);
      return [...named, ...referencesIn([argument].flat().slice(1))];
    }
    return referencesIn(argument);
  });
}
