import { AwsError } from '../service.ts';

/**
 * The errors of the RDS control plane. `name` is the modelled shape, which is what the SDK throws; `code` is the wire
 * code, which differs for about half of them (RDS service model, traits `awsQueryError`).
 */
const fault =
  (name: string, code: string, status = 400) =>
  (message: string): AwsError =>
    new AwsError(name, message, { code, status });

export const clusterNotFound = fault('DBClusterNotFoundFault', 'DBClusterNotFoundFault', 404);
export const clusterAlreadyExists = fault('DBClusterAlreadyExistsFault', 'DBClusterAlreadyExistsFault');
export const clusterQuotaExceeded = fault('DBClusterQuotaExceededFault', 'DBClusterQuotaExceededFault', 403);
export const invalidClusterState = fault('InvalidDBClusterStateFault', 'InvalidDBClusterStateFault');
export const snapshotNotFound = fault(
  'DBClusterSnapshotNotFoundFault',
  'DBClusterSnapshotNotFoundFault',
  404,
);
export const snapshotAlreadyExists = fault(
  'DBClusterSnapshotAlreadyExistsFault',
  'DBClusterSnapshotAlreadyExistsFault',
);
/** One fault for two limits: 100 manual snapshots, and 5 copies under way to one region. */
export const snapshotQuotaExceeded = fault('SnapshotQuotaExceededFault', 'SnapshotQuotaExceeded');
export const invalidSnapshotState = fault(
  'InvalidDBClusterSnapshotStateFault',
  'InvalidDBClusterSnapshotStateFault',
);
export const instanceNotFound = fault('DBInstanceNotFoundFault', 'DBInstanceNotFound', 404);
export const instanceAlreadyExists = fault('DBInstanceAlreadyExistsFault', 'DBInstanceAlreadyExists');
export const invalidInstanceState = fault('InvalidDBInstanceStateFault', 'InvalidDBInstanceState');
export const parameterGroupNotFound = fault('DBParameterGroupNotFoundFault', 'DBParameterGroupNotFound', 404);
export const parameterGroupAlreadyExists = fault(
  'DBParameterGroupAlreadyExistsFault',
  'DBParameterGroupAlreadyExists',
);
export const invalidParameterGroupState = fault(
  'InvalidDBParameterGroupStateFault',
  'InvalidDBParameterGroupState',
);
/** The restore operations name this one where the parameter group operations name `DBParameterGroupNotFoundFault`. */
export const clusterParameterGroupNotFound = fault(
  'DBClusterParameterGroupNotFoundFault',
  'DBClusterParameterGroupNotFound',
  404,
);
export const subnetGroupNotFound = fault('DBSubnetGroupNotFoundFault', 'DBSubnetGroupNotFoundFault', 404);
export const keyNotAccessible = fault('KMSKeyNotAccessibleFault', 'KMSKeyNotAccessibleFault');
export const invalidRestore = fault('InvalidRestoreFault', 'InvalidRestoreFault');
export const resourceNotFound = fault('ResourceNotFoundFault', 'ResourceNotFoundFault', 404);
export const invalidResourceState = fault('InvalidResourceStateFault', 'InvalidResourceStateFault');

/** Not modelled as shapes: the wire code is the name. */
export const invalidParameterValue = fault('InvalidParameterValue', 'InvalidParameterValue');
export const invalidParameterCombination = fault(
  'InvalidParameterCombination',
  'InvalidParameterCombination',
);
export const serviceUnavailable = fault('ServiceUnavailable', 'ServiceUnavailable', 503);
