import { Body, Controller, Delete, Get, Inject, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RuleDesk } from '../rules/rule-desk.js';
import { ZoneDesk } from '../rules/zone-desk.js';
import { Answers } from './answers.js';
import { done, idParam, type Done } from './schemas/common.js';
import * as schema from './schemas/zones.js';

@ApiTags('zones')
@Controller('api')
export class ZonesController {
  constructor(@Inject(ZoneDesk) private readonly desk: ZoneDesk) {}

  @Get('cameras/:id/zones')
  @Answers(schema.zonesAnswer)
  async listZones(@Param('id', { schema: idParam }) cameraId: string): Promise<schema.ZonesAnswer> {
    return { zones: await this.desk.list(cameraId) };
  }

  @Post('cameras/:id/zones')
  @Answers(schema.zoneView, 201)
  createZone(
    @Param('id', { schema: idParam }) cameraId: string,
    @Body({ schema: schema.zoneInput }) input: schema.ZoneInput,
  ): Promise<schema.ZoneView> {
    return this.desk.create(cameraId, input);
  }

  @Patch('zones/:id')
  @Answers(schema.zoneView)
  changeZone(
    @Param('id', { schema: idParam }) id: string,
    @Body({ schema: schema.zoneChange }) change: schema.ZoneChange,
  ): Promise<schema.ZoneView> {
    return this.desk.change(id, change);
  }

  @Delete('zones/:id')
  @Answers(done)
  async deleteZone(@Param('id', { schema: idParam }) id: string): Promise<Done> {
    await this.desk.remove(id);
    return { done: true };
  }

  @Post('zones/:id/restore')
  @Answers(schema.zoneView)
  restoreZone(@Param('id', { schema: idParam }) id: string): Promise<schema.ZoneView> {
    return this.desk.restore(id);
  }
}

@ApiTags('rules')
@Controller('api/rules')
export class RulesController {
  constructor(@Inject(RuleDesk) private readonly desk: RuleDesk) {}

  @Get()
  @Answers(schema.rulesAnswer)
  async listRules(): Promise<schema.RulesAnswer> {
    return { rules: await this.desk.list() };
  }

  @Get('kinds')
  @Answers(schema.ruleKindsAnswer)
  listRuleKinds(): schema.RuleKindsAnswer {
    return { kinds: this.desk.kinds() };
  }

  @Post()
  @Answers(schema.ruleView, 201)
  createRule(@Body({ schema: schema.ruleInput }) input: schema.RuleInput): Promise<schema.RuleView> {
    return this.desk.create(input);
  }

  @Patch(':id')
  @Answers(schema.ruleView)
  changeRule(
    @Param('id', { schema: idParam }) id: string,
    @Body({ schema: schema.ruleChange }) change: schema.RuleChange,
  ): Promise<schema.RuleView> {
    return this.desk.change(id, change);
  }

  @Delete(':id')
  @Answers(done)
  async deleteRule(@Param('id', { schema: idParam }) id: string): Promise<Done> {
    await this.desk.remove(id);
    return { done: true };
  }

  @Post(':id/restore')
  @Answers(schema.ruleView)
  restoreRule(@Param('id', { schema: idParam }) id: string): Promise<schema.RuleView> {
    return this.desk.restore(id);
  }
}
