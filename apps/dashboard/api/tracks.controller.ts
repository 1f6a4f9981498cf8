import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Playback } from '../playback/playback.js';
import { Answers } from './answers.js';
import * as schema from './schemas/tracks.js';

@ApiTags('tracks')
@Controller('api/tracks')
export class TracksController {
  constructor(@Inject(Playback) private readonly playback: Playback) {}

  @Get()
  @Answers(schema.tracksAnswer)
  listTracks(@Query({ schema: schema.tracksQuery }) query: schema.TracksQuery): Promise<schema.TracksAnswer> {
    return this.playback.tracks(query);
  }

  @Get(':cameraId/:epoch/:trackNo/poses')
  @Answers(schema.trackPosesAnswer)
  readTrackPoses(
    @Param({ schema: schema.trackKey }) key: schema.TrackKey,
    @Query({ schema: schema.trackPosesQuery }) span: schema.TrackPosesQuery,
  ): Promise<schema.TrackPosesAnswer> {
    return this.playback.trackPoses(key, span);
  }
}
