import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { InsightDesk } from '../insights/insight-desk.js';
import { Answers } from './answers.js';
import * as schema from './schemas/insights.js';

@ApiTags('insights')
@Controller('api/insights')
export class InsightsController {
  constructor(@Inject(InsightDesk) private readonly desk: InsightDesk) {}

  @Get('people')
  @Answers(schema.insightPeople)
  insightPeople(
    @Query({ schema: schema.insightPeopleQuery }) query: schema.InsightPeopleQuery,
  ): Promise<schema.InsightPeople> {
    return this.desk.people(query);
  }

  @Get('places')
  @Answers(schema.insightPlaces)
  insightPlaces(
    @Query({ schema: schema.insightCameraQuery }) query: schema.InsightCameraQuery,
  ): Promise<schema.InsightPlaces> {
    return this.desk.places(query);
  }

  @Get('rules')
  @Answers(schema.insightRules)
  insightRules(@Query({ schema: schema.insightSpan }) query: schema.InsightSpanQuery): Promise<schema.InsightRules> {
    return this.desk.rules(query);
  }
}
