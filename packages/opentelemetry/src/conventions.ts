/** Names of OpenTelemetry's semantic conventions for databases, those that are stable. */
export const DB_SYSTEM_NAME = 'db.system.name';
export const DB_OPERATION_NAME = 'db.operation.name';
export const DB_QUERY_TEXT = 'db.query.text';
export const DB_RESPONSE_STATUS_CODE = 'db.response.status_code';
export const ERROR_TYPE = 'error.type';
export const DB_CLIENT_OPERATION_DURATION = 'db.client.operation.duration';

/** Names of our own: what the conventions do not know. */
export const PROVIDER = 'cachefb.provider';
export const CACHE_NAME = 'cachefb.name';
