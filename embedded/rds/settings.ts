import type {
  AddTagsToResourceMessage,
  CreateDBClusterParameterGroupMessage,
  DescribeDBClusterParameterGroupsMessage,
  DescribeDBClusterParametersMessage,
  DescribeDBSubnetGroupsMessage,
  ListTagsForResourceMessage,
  ModifyDBClusterParameterGroupMessage,
  Tag,
} from '@aws-sdk/client-rds';
import { NotModelled } from '../service.ts';
import {
  clusterNotFound,
  clusterParameterGroupNotFound,
  invalidParameterGroupState,
  invalidParameterValue,
  parameterGroupAlreadyExists,
  parameterGroupNotFound,
  subnetGroupNotFound,
} from './errors.ts';
import { arnOf, type Context, identifier, operation, page } from './operation.ts';
import { lookUp, type ParameterGroup } from './store.ts';

/** A modify call takes at most this many parameters (API reference, ModifyDBClusterParameterGroup). */
const PARAMETERS_PER_CALL_MAX = 20;

const DEFAULT = /^default\./;

export const describeParameterGroups = operation<DescribeDBClusterParameterGroupsMessage>(
  ['DBClusterParameterGroupName', 'MaxRecords', 'Marker'],
  (input, { here }) => {
    const one = input.DBClusterParameterGroupName;
    const found =
      one === undefined
        ? [...here.parameterGroups.values()]
        : [here.parameterGroups.get(one.toLowerCase()) ?? missing(one)];
    const { items, ...rest } = page(found, input);
    return { DBClusterParameterGroups: items.map(describe), ...rest };
  },
);

const describe = (group: ParameterGroup) => ({
  DBClusterParameterGroupName: group.name,
  DBClusterParameterGroupArn: group.arn,
  DBParameterGroupFamily: group.family,
  Description: group.description,
});

function missing(name: string | undefined): never {
  throw parameterGroupNotFound(`DBClusterParameterGroup not found: ${name}`);
}

export const createParameterGroup = operation<CreateDBClusterParameterGroupMessage>(
  ['DBClusterParameterGroupName', 'DBParameterGroupFamily', 'Description', 'Tags'],
  (input, { call, here }) => {
    const name = identifier('DBClusterParameterGroupName', input.DBClusterParameterGroupName);
    if (here.parameterGroups.has(name))
      throw parameterGroupAlreadyExists(`Parameter group ${name} already exists`);
    const group: ParameterGroup = {
      name,
      arn: arnOf(call, 'cluster-pg', name),
      family: input.DBParameterGroupFamily ?? '',
      description: input.Description ?? '',
      parameters: new Map(),
      tags: [...(input.Tags ?? [])],
    };
    here.parameterGroups.set(name, group);
    return { DBClusterParameterGroup: describe(group) };
  },
);

export const modifyParameterGroup = operation<ModifyDBClusterParameterGroupMessage>(
  ['DBClusterParameterGroupName', 'Parameters'],
  (input, { here }) => {
    const name = input.DBClusterParameterGroupName ?? '';
    if (DEFAULT.test(name))
      throw invalidParameterGroupState(`The parameter group ${name} cannot be modified.`);
    const group = here.parameterGroups.get(name.toLowerCase()) ?? missing(name);
    const parameters = input.Parameters ?? [];
    if (parameters.length > PARAMETERS_PER_CALL_MAX)
      throw invalidParameterValue(`At most ${PARAMETERS_PER_CALL_MAX} parameters can be modified at once.`);
    for (const parameter of parameters)
      group.parameters.set(parameter.ParameterName ?? '', {
        ...parameter,
        Source: 'user',
        IsModifiable: true,
      });
    return { DBClusterParameterGroupName: group.name };
  },
);

export const describeParameters = operation<DescribeDBClusterParametersMessage>(
  ['DBClusterParameterGroupName', 'Source', 'MaxRecords', 'Marker'],
  (input, { here }) => {
    if (input.Source !== 'user')
      throw new NotModelled('rds', 'parameters that nobody set (Source other than user)');
    const name = input.DBClusterParameterGroupName ?? '';
    if (DEFAULT.test(name)) return { Parameters: [] };
    const group = here.parameterGroups.get(name.toLowerCase()) ?? missing(name);
    const { items, ...rest } = page([...group.parameters.values()], input);
    return { Parameters: items, ...rest };
  },
);

/** The restore and modify operations refuse a parameter group that this region does not have. */
export function requireParameterGroup({ here }: Context, name: string | undefined): void {
  if (name !== undefined && !DEFAULT.test(name) && !here.parameterGroups.has(name.toLowerCase()))
    throw clusterParameterGroupNotFound(`DBClusterParameterGroup not found: ${name}`);
}

export function requireNetwork(
  { here }: Context,
  subnetGroup: string | undefined,
  securityGroups: readonly string[] | undefined,
): void {
  if (subnetGroup !== undefined && !here.subnetGroups.has(subnetGroup.toLowerCase()))
    throw subnetGroupNotFound(`DB subnet group '${subnetGroup}' does not exist.`);
  const unknown = securityGroups?.find((id) => !here.securityGroups.has(id));
  if (unknown !== undefined) throw invalidParameterValue(`Invalid security group , groupId= ${unknown}`);
}

export const describeSubnetGroups = operation<DescribeDBSubnetGroupsMessage>(
  ['DBSubnetGroupName', 'MaxRecords', 'Marker'],
  (input, { here }) => {
    const one = input.DBSubnetGroupName?.toLowerCase();
    if (one !== undefined && !here.subnetGroups.has(one))
      throw subnetGroupNotFound(`DB subnet group '${input.DBSubnetGroupName}' does not exist.`);
    const { items, ...rest } = page(one === undefined ? [...here.subnetGroups].sort() : [one], input);
    return {
      DBSubnetGroups: items.map((name) => ({ DBSubnetGroupName: name, SubnetGroupStatus: 'Complete' })),
      ...rest,
    };
  },
);

export const addTags = operation<AddTagsToResourceMessage>(['ResourceName', 'Tags'], (input, context) => {
  const resource = taggedBy(input.ResourceName ?? '', context);
  const added = input.Tags ?? [];
  const kept = resource.tags.filter((tag) => !added.some((other) => other.Key === tag.Key));
  resource.tags = [...kept, ...added];
  return {};
});

export const listTags = operation<ListTagsForResourceMessage>(['ResourceName'], (input, context) => ({
  TagList: [...taggedBy(input.ResourceName ?? '', context).tags],
}));

function taggedBy(arn: string, { call, here }: Context): { tags: readonly Tag[] } {
  const [, , , , , kind, ...rest] = arn.split(':');
  const id = rest.join(':');
  const found =
    kind === 'cluster'
      ? lookUp(here.clusters, id, call.now)
      : kind === 'cluster-snapshot'
        ? lookUp(here.snapshots, id, call.now)
        : kind === 'db'
          ? lookUp(here.instances, id, call.now)
          : kind === 'cluster-pg'
            ? here.parameterGroups.get(id)
            : undefined;
  if (!found) throw clusterNotFound(`Resource ${arn} not found.`);
  return found;
}
