export { makeCertificate } from './certificate.js';
export { redisBackendSuites } from './redis-backend-suites.js';
export type { MakeBackend, Place, SubjectOptions } from './subject.js';
