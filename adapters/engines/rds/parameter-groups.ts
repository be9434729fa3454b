import {
  type ApplyMethod,
  CreateDBClusterParameterGroupCommand,
  type DBClusterParameterGroup,
  DescribeDBClusterParameterGroupsCommand,
  ModifyDBClusterParameterGroupCommand,
  paginateDescribeDBClusterParameters,
  type RDSClient,
} from '@aws-sdk/client-rds';
import type { RdsConfiguration } from './configuration.ts';
import { alreadyExists, isNotFound, rdsFault, restoreFault } from './faults.ts';

type CapturedGroup = RdsConfiguration['parameterGroup'];

/** The engine's own groups, one per family: every region has them and nobody can change them. */
const isDefault = (name: string): boolean => name === '' || name.startsWith('default.');

/** A modify call takes 20 parameters at most (API reference, ModifyDBClusterParameterGroup). */
const PARAMETERS_PER_CALL_MAX = 20;

const DESCRIPTION = 're-created by holdfast from a recovery point';

export async function capturedParameterGroup(rds: RDSClient, name: string): Promise<CapturedGroup> {
  if (isDefault(name)) return { name, parameters: {} };
  const group = await find(rds, name);
  const parameters: CapturedGroup['parameters'] = {};
  try {
    const query = { DBClusterParameterGroupName: name, Source: 'user' };
    for await (const page of paginateDescribeDBClusterParameters({ client: rds }, query))
      for (const { ParameterName, ParameterValue, ApplyMethod } of page.Parameters ?? [])
        if (ParameterName !== undefined && ParameterValue !== undefined)
          parameters[ParameterName] = {
            value: ParameterValue,
            applyMethod: ApplyMethod ?? 'pending-reboot',
          };
  } catch (error) {
    throw rdsFault(error);
  }
  return {
    name,
    parameters,
    ...(group?.DBParameterGroupFamily ? { family: group.DBParameterGroupFamily } : {}),
  };
}

/**
 * The name of the parameter group to restore with; undefined for the engine's default. A group of the captured name
 * that exists in this region is used as it is; otherwise it is made from what was captured. One that we made and did
 * not finish is finished.
 */
export async function parameterGroupFor(
  rds: RDSClient,
  captured: CapturedGroup,
): Promise<string | undefined> {
  if (isDefault(captured.name) || captured.family === undefined) return undefined;
  const there = (await find(rds, captured.name)) ?? (await create(rds, captured));
  if (there.Description === DESCRIPTION) await setParameters(rds, captured);
  return captured.name;
}

async function find(rds: RDSClient, name: string): Promise<DBClusterParameterGroup | undefined> {
  try {
    const found = await rds.send(
      new DescribeDBClusterParameterGroupsCommand({ DBClusterParameterGroupName: name }),
    );
    return found.DBClusterParameterGroups?.[0];
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw rdsFault(error);
  }
}

async function create(rds: RDSClient, captured: CapturedGroup): Promise<DBClusterParameterGroup> {
  try {
    await rds.send(
      new CreateDBClusterParameterGroupCommand({
        DBClusterParameterGroupName: captured.name,
        DBParameterGroupFamily: captured.family,
        Description: DESCRIPTION,
      }),
    );
  } catch (error) {
    if (!alreadyExists(error)) throw restoreFault(error);
  }
  return { Description: DESCRIPTION };
}

async function setParameters(rds: RDSClient, captured: CapturedGroup): Promise<void> {
  const all = Object.entries(captured.parameters);
  for (let i = 0; i < all.length; i += PARAMETERS_PER_CALL_MAX) {
    const Parameters = all.slice(i, i + PARAMETERS_PER_CALL_MAX).map(([name, { value, applyMethod }]) => ({
      ParameterName: name,
      ParameterValue: value,
      ApplyMethod: applyMethod as ApplyMethod,
    }));
    try {
      await rds.send(
        new ModifyDBClusterParameterGroupCommand({ DBClusterParameterGroupName: captured.name, Parameters }),
      );
    } catch (error) {
      throw restoreFault(error);
    }
  }
}
