import { Body, Controller, Get, Inject, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { SearchDesk } from '../search/search-desk.js';
import { Answers, AnswersFile } from './answers.js';
import { ViewersMay } from './roles.js';
import * as schema from './schemas/search.js';

@ApiTags('search')
@Controller('api/search')
export class SearchController {
  constructor(@Inject(SearchDesk) private readonly desk: SearchDesk) {}

  @Get('tracks')
  @Answers(schema.searchTracksAnswer)
  searchTracks(
    @Query({ schema: schema.searchTracksQuery }) query: schema.SearchTracksQuery,
  ): Promise<schema.SearchTracksAnswer> {
    return this.desk.tracks(query);
  }

  @Get('density')
  @Answers(schema.densityAnswer)
  searchDensity(@Query({ schema: schema.densityQuery }) query: schema.DensityQuery): Promise<schema.DensityAnswer> {
    return this.desk.density(query);
  }

  @Post('similar')
  @ViewersMay()
  @Answers(schema.similarAnswer)
  searchSimilar(@Body({ schema: schema.similarRequest }) body: schema.SimilarRequest): Promise<schema.SimilarAnswer> {
    return this.desk.similar(body);
  }

  @Post('movements')
  @ViewersMay()
  @Answers(schema.movementsAnswer)
  searchMovements(
    @Body({ schema: schema.movementsRequest }) body: schema.MovementsRequest,
  ): Promise<schema.MovementsAnswer> {
    return this.desk.movements(body);
  }

  @Get('export/extent')
  @Answers(schema.exportExtent)
  measureExport(@Query({ schema: schema.exportQuery }) query: schema.ExportQuery): Promise<schema.ExportExtent> {
    return this.desk.extent(query);
  }

  @Get('export')
  @AnswersFile('application/octet-stream', 'Every track that matches, in the asked format.')
  exportTracks(
    @Query({ schema: schema.exportQuery }) query: schema.ExportQuery,
    @Res() response: Response,
  ): Promise<void> {
    return this.desk.export(query, response);
  }
}
