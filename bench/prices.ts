/**
 * USD, list prices of us-east-1 (contract of AWS, section 10). The line of that table and its date stand beside each.
 * What has no line there is not counted: CloudWatch's metrics and alarms, NAT, KMS behind bucket keys.
 */
export const PRICES = {
  /** S3 Standard: PUT, COPY, POST, LIST 0.005 per 1,000 (2024-07-01). */
  s3Write: 5e-6,
  /** S3 Standard: GET 0.0004 per 1,000 (2024-07-01). */
  s3Read: 0.4e-6,
  /** S3 Standard: per GB and month (2024-07-01). */
  s3GbMonth: 0.023,
  /** S3 inter-Region: use1 to most others, per GB (2024-09-25). */
  interRegionGb: 0.02,
  /** DynamoDB on-demand: 0.125 per million (2026-09-06). */
  readUnit: 0.125e-6,
  /** DynamoDB on-demand: 0.625 per million, in each region of a global table (2026-09-06; the replica's is not verified). */
  writeUnit: 0.625e-6,
  /** Lambda: 0.20 per million (2024-07-01). */
  invocation: 0.2e-6,
  /** Lambda: arm, per GB-second (2024-07-01). */
  gbSecond: 0.0000133334,
  /** SFN Standard: 0.025 per 1,000 (2024-07-01). */
  transition: 0.025e-3,
  /** EventBridge: custom and opt-in events, 1.00 per million. */
  event: 1e-6,
  /** SQS: 0.40 per million requests. */
  sqsRequest: 0.4e-6,
  /** Fargate: per vCPU and hour (2025-07-04). */
  vcpuHour: 0.04048,
  /** Fargate: per GB of memory and hour (2025-07-04). */
  fargateGbHour: 0.004445,
} as const;
