import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { StorageDesk } from '../system/storage-desk.js';
import { SystemDesk } from '../system/system-desk.js';
import { Answers } from './answers.js';
import {
  healthAnswer,
  storageAnswer,
  systemAnswer,
  type HealthAnswer,
  type StorageAnswer,
  type SystemAnswer,
} from './schemas/events.js';

@ApiTags('system')
@Controller()
export class SystemController {
  constructor(
    @Inject(SystemDesk) private readonly desk: SystemDesk,
    @Inject(StorageDesk) private readonly storage: StorageDesk,
  ) {}

  @Get('api/system')
  @Answers(systemAnswer)
  readSystem(): Promise<SystemAnswer> {
    return this.desk.read();
  }

  @Get('api/system/storage')
  @Answers(storageAnswer)
  readStorage(): Promise<StorageAnswer> {
    return this.storage.read();
  }

  @Get('api/health')
  @Answers(healthAnswer)
  async readHealth(@Res({ passthrough: true }) response: Response): Promise<HealthAnswer> {
    const health = await this.desk.health();
    response.status(health.ok ? 200 : 503);
    return health;
  }

  @Get('metrics')
  @ApiExcludeEndpoint()
  async readMetrics(@Res() response: Response): Promise<void> {
    const { mediaType, text } = await this.desk.metrics();
    response.type(mediaType).send(text);
  }
}
