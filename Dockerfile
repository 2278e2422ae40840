# Build with: ./mvnw -DskipTests package && docker build -t meshbridge .
FROM eclipse-temurin:25-jre AS layers
WORKDIR /build
COPY gateway-app/target/meshbridge.jar meshbridge.jar
RUN java -Djarmode=tools -jar meshbridge.jar extract --layers --destination layers

FROM eclipse-temurin:25-jre
RUN groupadd --system --gid 10001 meshbridge \
 && useradd --system --uid 10001 --gid meshbridge --home-dir /meshbridge --create-home meshbridge \
 && mkdir -p /meshbridge/data && chown -R meshbridge:meshbridge /meshbridge
WORKDIR /meshbridge
# One layer for what seldom changes, one for what often does.
COPY --from=layers /build/layers/dependencies/ ./
COPY --from=layers /build/layers/spring-boot-loader/ ./
COPY --from=layers /build/layers/snapshot-dependencies/ ./
COPY --from=layers /build/layers/application/ ./
USER meshbridge
# What the JVM learns from a rehearsal halves each start. Same class path and options as below.
RUN java -XX:AOTCacheOutput=meshbridge.aot -XX:+UseCompactObjectHeaders -Djdk.reflect.useNativeAccessorOnly=true --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -cp meshbridge.jar io.meshbridge.gateway.command.Rehearsal
VOLUME /meshbridge/data
# 8080 events over HTTP, 8081 admin API, 1883 MQTT. All listen on loopback inside the container
# until you open them, see docs/operations.md.
EXPOSE 8080 8081 1883
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["java", "-cp", "meshbridge.jar", "io.meshbridge.gateway.HealthCheck"]
# Binders that are not in the jar go into /meshbridge/plugins.
ENTRYPOINT ["java", "-XX:AOTCache=meshbridge.aot", "-XX:+UseCompactObjectHeaders", "-Djdk.reflect.useNativeAccessorOnly=true", "-XX:Tier2InvokeNotifyFreqLog=17", "-XX:Tier2BackedgeNotifyFreqLog=20", "-XX:Tier3DelayOn=100", "-XX:MaxRAMPercentage=70", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp", "meshbridge.jar:plugins/*", "io.meshbridge.gateway.command.Main"]
