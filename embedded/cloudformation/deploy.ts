import { NotModelled } from '../service.ts';
import type { Stack, TemplateResource } from './assembly.ts';
import { evaluate, type Lookup, NO_VALUE, resolve } from './intrinsics.ts';

/** What a created resource answers to `Ref` and `Fn::GetAtt`. */
export interface Created {
  readonly ref: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

export interface ResourceContext {
  readonly logicalId: string;
  readonly stack: string;
  readonly account: string;
  readonly region: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** A name for a resource whose template gives none: stack and logical id, as CloudFormation would build it. */
  readonly generatedName: string;
}

/** Makes one resource of one type from its resolved properties. */
export type Creator = (properties: Readonly<Record<string, unknown>>, context: ResourceContext) => Created;
export type Creators = Readonly<Record<string, Creator>>;

/** Exports of stacks deployed before, per region. */
export type Exports = Map<string, unknown>;

/**
 * Deploys one stack: each resource is made when something first needs it, so that references decide the order.
 *
 * Does not model: updates by difference, rollback, deletion, change sets, parameters without a default.
 */
export function deployStack(stack: Stack, creators: Creators, exports: Exports): void {
  const { template, account, region } = stack;
  const created = new Map<string, Created>();
  const underWay = new Set<string>();

  const pseudo: Readonly<Record<string, unknown>> = {
    'AWS::AccountId': account,
    'AWS::Region': region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack.name,
    'AWS::StackId': `arn:aws:cloudformation:${region}:${account}:stack/${stack.name}/embedded`,
    'AWS::NoValue': NO_VALUE,
  };

  const find: Lookup = {
    mappings: template.Mappings ?? {},
    ref: (id) => {
      if (id in pseudo) return pseudo[id];
      const parameter = template.Parameters?.[id];
      return parameter ? parameter.Default : make(id).ref;
    },
    attribute: (id, name) => {
      const { attributes = {} } = make(id);
      if (!(name in attributes))
        throw new NotModelled(
          'cloudformation',
          `the attribute ${name} of ${template.Resources[id]?.Type} (${id})`,
        );
      return attributes[name];
    },
    exported: (name) => {
      const key = `${region}/${name}`;
      if (!exports.has(key))
        throw new Error(
          `stack ${stack.name} imports ${name}, which no stack deployed before it in ${region} exports`,
        );
      return exports.get(key);
    },
    condition: (name) => evaluate(template.Conditions?.[name], find),
  };

  function make(id: string): Created {
    const done = created.get(id);
    if (done) return done;
    const resource = template.Resources[id];
    if (!resource) throw new Error(`stack ${stack.name} refers to ${id}, which it does not have`);
    if (underWay.has(id)) throw new Error(`stack ${stack.name} has a circular reference through ${id}`);
    underWay.add(id);
    for (const dependency of [resource.DependsOn ?? []].flat())
      if (wanted(template.Resources[dependency])) make(dependency);
    const creator = creators[resource.Type];
    if (!creator)
      throw new NotModelled('cloudformation', `resources of type ${resource.Type} (${stack.name}/${id})`);
    const properties = resolve(resource.Properties ?? {}, find) as Record<string, unknown>;
    const made = creator(properties, {
      logicalId: id,
      stack: stack.name,
      account,
      region,
      metadata: resource.Metadata ?? {},
      generatedName: `${stack.name}-${id}`,
    });
    created.set(id, made);
    underWay.delete(id);
    return made;
  }

  const wanted = (resource: TemplateResource | undefined): boolean =>
    resource !== undefined && (resource.Condition === undefined || find.condition(resource.Condition));

  for (const [id, resource] of Object.entries(template.Resources)) if (wanted(resource)) make(id);
  for (const output of Object.values(template.Outputs ?? {}))
    if (output.Export && (output.Condition === undefined || find.condition(output.Condition)))
      exports.set(`${region}/${String(resolve(output.Export.Name, find))}`, resolve(output.Value, find));
}
