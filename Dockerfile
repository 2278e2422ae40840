# Build with: ./mvnw -DskipTests package && docker build -t meshbridge .
FROM eclipse-temurin:25-jre AS layers
WORKDIR /build
COPY gateway-app/target/meshbridge.jar meshbridge.jar
RUN java -Djarmode=tools -jar meshbridge.jar extract --layers --launcher --destination layers

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
VOLUME /meshbridge/data
# 8080 events over HTTP, 8081 admin API, 1883 MQTT. All listen on loopback inside the container
# until you open them, see docs/operations.md.
EXPOSE 8080 8081 1883
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["java", "-cp", "BOOT-INF/classes", "io.meshbridge.gateway.HealthCheck"]
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=70", "--enable-native-access=ALL-UNNAMED", "org.springframework.boot.loader.launch.PropertiesLauncher"]
