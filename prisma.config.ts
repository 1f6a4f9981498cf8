import { defineConfig } from 'prisma/config';

// eslint-disable-next-line no-restricted-syntax -- Prisma asks for a default export.
export default defineConfig({ schema: 'prisma/schema.prisma' });
