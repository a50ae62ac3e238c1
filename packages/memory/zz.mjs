import { RedisServer } from '@cachefb/testkit';
const s = await RedisServer.start(); console.log(s.pid); setInterval(()=>{}, 1000);
