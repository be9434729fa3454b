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

/** A resource as it was last deployed. */
export interface Deployed {
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly deletionPolicy: string | undefined;
  readonly created: Created;
}

/** The resources of a stack by logical id. An update changes them one by one. */
export type Resources = Map<string, Deployed>;

/**
 * Deploys one stack that is not there yet: each resource is made when something first needs it, so that references
 * decide the order, and no time passes.
 *
 * Does not model: rollback, change sets, parameters without a default.
 */
export function deployStack(stack: Stack, creators: Creators, exports: Exports): Resources {
  const resources: Resources = new Map();
  const underWay = new Set<string>();
  const { template } = stack;

  function make(id: string): Created {
    const done = resources.get(id);
    if (done) return done.created;
    const resource = resourceOf(stack, id);
    if (underWay.has(id)) throw new Error(`stack ${stack.name} has a circular reference through ${id}`);
    underWay.add(id);
    for (const dependency of [resource.DependsOn ?? []].flat())
      if (isWanted(template.Resources[dependency], find)) make(dependency);
    resources.set(id, create(stack, id, resolved(resource, find), creators));
    underWay.delete(id);
    return resources.get(id)!.created;
  }

  const find = lookupIn(stack, exports, make);
  for (const [id, resource] of Object.entries(template.Resources)) if (isWanted(resource, find)) make(id);
  exportOutputs(stack, exports, find);
  return resources;
}

export function create(
  stack: Stack,
  id: string,
  properties: Deployed['properties'],
  creators: Creators,
): Deployed {
  const { Type: type, Metadata: metadata = {}, DeletionPolicy: deletionPolicy } = resourceOf(stack, id);
  const creator = creators[type];
  if (!creator) throw new NotModelled('cloudformation', `resources of type ${type} (${stack.name}/${id})`);
  const created = creator(properties, {
    logicalId: id,
    stack: stack.name,
    account: stack.account,
    region: stack.region,
    metadata,
    generatedName: `${stack.name}-${id}`,
  });
  return { type, properties, metadata, deletionPolicy, created };
}

export const isWanted = (resource: TemplateResource | undefined, find: Lookup): boolean =>
  resource !== undefined && (resource.Condition === undefined || find.condition(resource.Condition));

export const resolved = (resource: TemplateResource, find: Lookup): Record<string, unknown> =>
  resolve(resource.Properties ?? {}, find) as Record<string, unknown>;

/** What references in a stack's template find. `made` answers for its resources. */
export function lookupIn(stack: Stack, exports: Exports, made: (id: string) => Created): Lookup {
  const { template, account, region } = stack;
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
      return parameter ? parameter.Default : made(id).ref;
    },
    attribute: (id, name) => {
      const { attributes = {} } = made(id);
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
  return find;
}

export function exportOutputs({ template, region }: Stack, exports: Exports, find: Lookup): void {
  for (const output of Object.values(template.Outputs ?? {}))
    if (output.Export && (output.Condition === undefined || find.condition(output.Condition)))
      exports.set(`${region}/${String(resolve(output.Export.Name, find))}`, resolve(output.Value, find));
}

export function resourceOf({ name, template }: Stack, id: string): TemplateResource {
  const resource = template.Resources[id];
  if (!resource) throw new Error(`stack ${name} refers to ${id}, which it does not have`);
  return resource;
}
