// Writes the TypeScript types of the HTTP API from its OpenAPI description.
// Usage: node generate-api-types.mjs [FILE]; FILE is the committed one when left out.
import { writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const source = new URL('../../server/api/openapi.yaml', import.meta.url);
const target = process.argv[2] ?? new URL('../src/api/schema.gen.ts', import.meta.url);

const types = astToString(await openapiTS(source));
await writeFile(
  target,
  `// Generated from server/api/openapi.yaml by \`npm run api:generate\`. Do not edit.\n\n${types}`,
);
