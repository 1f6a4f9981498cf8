import { Body, Controller, Delete, Get, Inject, Post, Put, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Answers } from './answers.js';
import { ViewersMay } from './roles.js';
import { clearCookie, sessionToken, setCookie } from './session-cookie.js';
import { SessionDesk } from '../sessions/session-desk.js';
import { requestUser } from './authenticate.js';
import { done, type Done } from './schemas/common.js';
import * as schema from './schemas/sessions.js';

@ApiTags('session')
@Controller('api/session')
export class SessionsController {
  constructor(@Inject(SessionDesk) private readonly desk: SessionDesk) {}

  @Post()
  @ViewersMay()
  @Answers(schema.sessionAnswer)
  async logIn(
    @Body({ schema: schema.loginInput }) input: schema.LoginInput,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<schema.SessionAnswer> {
    const { user, token, maxAgeMs } = await this.desk.logIn(input, request.ip ?? '');
    setCookie(response, { token, maxAgeMs, secure: request.secure });
    return { user };
  }

  @Get()
  @Answers(schema.sessionAnswer)
  readSession(@Req() request: Request): schema.SessionAnswer {
    return { user: requestUser(request) };
  }

  @Delete()
  @ViewersMay()
  @Answers(done)
  async logOut(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<Done> {
    await this.desk.logOut(sessionToken(request.headers.cookie));
    clearCookie(response);
    return { done: true };
  }

  @Put('password')
  @ViewersMay()
  @Answers(schema.sessionAnswer)
  async changePassword(
    @Body({ schema: schema.passwordChange }) change: schema.PasswordChange,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<schema.SessionAnswer> {
    const login = await this.desk.changePassword(requestUser(request), change, request.ip ?? '');
    setCookie(response, { token: login.token, maxAgeMs: login.maxAgeMs, secure: request.secure });
    return { user: login.user };
  }
}
