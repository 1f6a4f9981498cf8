import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ModelDesk } from '../models/model-desk.js';
import { Answers } from './answers.js';
import * as schema from './schemas/models.js';

@ApiTags('models')
@Controller('api/models')
export class ModelsController {
  constructor(@Inject(ModelDesk) private readonly desk: ModelDesk) {}

  @Get()
  @Answers(schema.modelsAnswer)
  listModels(): Promise<schema.ModelsAnswer> {
    return this.desk.list();
  }
}
